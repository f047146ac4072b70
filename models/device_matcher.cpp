#include "models/device_matcher.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "models/format.h"
#include "models/text.h"

namespace drydock::models {
namespace {

// Below this share of all devices, looking at each one is cheaper than a pass over all ids.
constexpr std::size_t kFewShare = 8;

bool contains(std::string_view text, std::string_view term) {
    return text.find(term) != std::string_view::npos;
}

std::uint32_t phasesNamed(std::string_view term) {
    std::uint32_t phases = 0;
    for (std::size_t i = 0; i < DeviceColumns::kPhases; ++i) {
        const auto phase = static_cast<fleet::Phase>(i);
        if (contains(foldCase(fleet::phaseName(phase)), term) ||
            contains(foldCase(Format::phase(phase).toStdString()), term))
            phases |= 1U << i;
    }
    return phases;
}

bool isInPhases(const DeviceColumns& columns, std::uint32_t row, std::uint32_t phases) {
    return (phases >> static_cast<unsigned>(columns.phase(row)) & 1U) != 0;
}

}  // namespace

std::vector<DeviceTerm> deviceTerms(const std::vector<std::string>& words) {
    std::vector<DeviceTerm> terms;
    for (const std::string& word : words) {
        std::string text = foldCase(word);
        const std::uint32_t phases = phasesNamed(text);
        terms.push_back({std::move(text), phases});
    }
    return terms;
}

DeviceMatcher::DeviceMatcher(const DeviceColumns& columns, const std::vector<DeviceTerm>& terms,
                             const std::vector<DeviceColumns::Text>& texts)
    : m_columns(&columns) {
    for (const DeviceTerm& term : terms) m_terms.push_back({term, {}});
    for (const DeviceColumns::Text column : texts) {
        const StringPool& pool = columns.pool(column);
        std::vector<std::vector<std::uint8_t>> hits(m_terms.size(), std::vector<std::uint8_t>(pool.size(), 0));
        std::vector<bool> any(m_terms.size(), false);
        for (StringPool::Id id = 0; id < pool.size(); ++id) {
            const std::string folded = foldCase(pool.text(id));
            for (std::size_t term = 0; term < m_terms.size(); ++term) {
                if (!contains(folded, m_terms[term].word.text)) continue;
                hits[term][id] = 1;
                any[term] = true;
            }
        }
        for (std::size_t term = 0; term < m_terms.size(); ++term) {
            if (any[term]) m_terms[term].texts.push_back({column, std::move(hits[term])});
        }
    }
}

bool DeviceMatcher::matchesOutsideId(const Term& term, std::uint32_t row) const {
    return isInPhases(*m_columns, row, term.word.phases) ||
           std::any_of(term.texts.begin(), term.texts.end(),
                       [&](const TextHits& hits) { return hits.byNumber[m_columns->textId(row, hits.column)] != 0; });
}

std::vector<std::uint32_t> DeviceMatcher::select(const std::vector<std::uint32_t>& rows) const {
    if (m_terms.empty()) return rows;
    std::vector<std::uint32_t> selected;
    if (rows.size() < m_columns->size() / kFewShare) {
        std::copy_if(rows.begin(), rows.end(), std::back_inserter(selected), [&](std::uint32_t row) {
            return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term& term) {
                return matchesOutsideId(term, row) || contains(m_columns->foldedId(row), term.word.text);
            });
        });
        return selected;
    }
    std::vector<std::uint8_t> pass(m_columns->size(), 1);
    for (const Term& term : m_terms) keepHits(term, pass);
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(selected),
                 [&](std::uint32_t row) { return pass[row] != 0; });
    return selected;
}

void DeviceMatcher::keepHits(const Term& term, std::vector<std::uint8_t>& pass) const {
    const std::size_t count = m_columns->size();
    std::vector<std::uint8_t> hit(count, 0);
    const std::string_view ids = m_columns->allFoldedIds();
    std::uint32_t row = 0;
    std::size_t from = 0;
    while (from < ids.size()) {
        // memmem, unlike std::string_view::find, does not fall for ids that all begin alike.
        const void* found =
            ::memmem(ids.data() + from, ids.size() - from, term.word.text.data(), term.word.text.size());
        if (found == nullptr) break;
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - ids.data());
        while (row + 1 < count && m_columns->foldedIdStart(row + 1) <= at) ++row;
        hit[row] = 1;
        if (row + 1 >= count) break;
        from = m_columns->foldedIdStart(row + 1);
    }
    for (std::uint32_t i = 0; i < count; ++i) pass[i] &= static_cast<std::uint8_t>(hit[i] | matchesOutsideId(term, i));
}

bool DeviceMatcher::matches(const DeviceColumns& columns, std::uint32_t row, const std::vector<DeviceTerm>& terms,
                            const std::vector<DeviceColumns::Text>& texts) {
    return std::all_of(terms.begin(), terms.end(), [&](const DeviceTerm& term) {
        return contains(columns.foldedId(row), term.text) || isInPhases(columns, row, term.phases) ||
               std::any_of(texts.begin(), texts.end(), [&](DeviceColumns::Text column) {
                   return contains(foldCase(columns.text(row, column)), term.text);
               });
    });
}

}  // namespace drydock::models
