#include "models/device_filter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "models/format.h"
#include "models/text.h"

namespace drydock::models {
namespace {

using Text = DeviceColumns::Text;
using Kind = fleet::QueryField::Kind;

class ColumnsRow final : public fleet::ThingRow {
public:
    ColumnsRow(const DeviceColumns& columns, const std::vector<Text>& texts, std::int64_t nowMs)
        : m_columns(columns), m_texts(texts), m_nowMs(nowMs) {}

    void moveTo(std::uint32_t row) { m_row = row; }

    std::string_view text(const fleet::QueryField& field) const override {
        switch (field.kind) {
            case Kind::thingName:
                return m_columns.id(m_row);
            case Kind::attribute:
                return m_columns.attribute(m_row, field.attribute);
            case Kind::phase:
                return fleet::phaseName(m_columns.phase(m_row));
            case Kind::groups:
                return m_columns.text(m_row, Text::groups);
            case Kind::assignee:
                return m_columns.text(m_row, Text::assignee);
            case Kind::note:
                return m_columns.text(m_row, Text::note);
            case Kind::model:
                return m_columns.text(m_row, Text::model);
            case Kind::fw:
                return m_columns.text(m_row, Text::fw);
            case Kind::status:
                return m_columns.text(m_row, Text::status);
            case Kind::retries:
            case Kind::cycles:
            case Kind::seen:
                break;
        }
        return {};
    }

    std::optional<std::int64_t> number(const fleet::QueryField& field) const override {
        if (field.kind == Kind::retries) return m_columns.retryCounter(m_row);
        if (field.kind == Kind::cycles) return m_columns.cycle(m_row);
        const std::int64_t seen = m_columns.lastSeenMs(m_row);
        return seen == 0 ? std::nullopt : std::optional(m_nowMs - seen);
    }

    bool anyMatches(const fleet::TextPattern& word) const override {
        const fleet::Phase phase = m_columns.phase(m_row);
        return word.matches(m_columns.id(m_row)) || word.matches(fleet::phaseName(phase)) ||
               word.matches(Format::phase(phase).toStdString()) ||
               std::any_of(m_texts.begin(), m_texts.end(),
                           [&](Text column) { return word.matches(m_columns.text(m_row, column)); });
    }

private:
    const DeviceColumns& m_columns;
    const std::vector<Text>& m_texts;
    std::int64_t m_nowMs;
    std::uint32_t m_row = 0;
};

}  // namespace

bool DeviceFilterText::set(const QString& text) {
    auto query = fleet::ThingQuery::compile(text.toStdString());
    if (!query) {
        m_error = toText(query.error().message);
        return false;
    }
    m_error.clear();
    std::vector<std::string> words;
    const auto conjuncts = query->conjuncts();
    for (const auto& conjunct : conjuncts)
        if (conjunct.word) words.push_back(*conjunct.word);
    const bool onlyWords = words.size() == conjuncts.size();
    m_terms = onlyWords ? deviceTerms(words) : std::vector<DeviceTerm>();
    m_query.reset();
    if (!onlyWords) m_query = std::move(*query);
    return true;
}

bool DeviceFilterText::narrows(const DeviceFilterText& earlier) const {
    // Every earlier term is part of a new one, so that what the old terms kept out stays out.
    return !m_query && !earlier.m_query &&
           std::all_of(earlier.m_terms.begin(), earlier.m_terms.end(), [this](const DeviceTerm& old) {
               return std::any_of(m_terms.begin(), m_terms.end(), [&old](const DeviceTerm& term) {
                   return term.text.find(old.text) != std::string::npos;
               });
           });
}

bool DeviceFilterText::matches(const DeviceColumns& columns, std::uint32_t row, const std::vector<Text>& texts,
                               std::int64_t nowMs) const {
    if (!m_query) return m_terms.empty() || DeviceMatcher::matches(columns, row, m_terms, texts);
    ColumnsRow device(columns, texts, nowMs);
    device.moveTo(row);
    return m_query->matches(device);
}

std::vector<std::uint32_t> DeviceFilterText::select(const DeviceColumns& columns,
                                                    const std::vector<std::uint32_t>& rows,
                                                    const std::vector<Text>& texts, std::int64_t nowMs) const {
    if (!m_query) return DeviceMatcher(columns, m_terms, texts).select(rows);
    ColumnsRow device(columns, texts, nowMs);
    std::vector<std::uint32_t> selected;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(selected), [&](std::uint32_t row) {
        device.moveTo(row);
        return m_query->matches(device);
    });
    return selected;
}

}  // namespace drydock::models
