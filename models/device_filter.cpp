#include "models/device_filter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "models/format.h"

namespace drydock::models {
namespace {

using Text = DeviceColumns::Text;
using fleet::ThingField;

class ColumnsRow final : public fleet::QueryRow {
public:
    ColumnsRow(const DeviceColumns& columns, const std::vector<Text>& texts, std::int64_t nowMs)
        : m_columns(columns), m_texts(texts), m_nowMs(nowMs) {}

    void moveTo(std::uint32_t row) { m_row = row; }

    std::string_view text(const fleet::QueryField& field) const override {
        switch (fleet::thingFieldOf(field)) {
            case ThingField::thingName:
                return m_columns.id(m_row);
            case ThingField::attribute:
                return m_columns.attribute(m_row, field.attribute);
            case ThingField::phase:
                return fleet::phaseName(m_columns.phase(m_row));
            case ThingField::groups:
                return m_columns.text(m_row, Text::groups);
            case ThingField::assignee:
                return m_columns.text(m_row, Text::assignee);
            case ThingField::note:
                return m_columns.text(m_row, Text::note);
            case ThingField::model:
                return m_columns.text(m_row, Text::model);
            case ThingField::fw:
                return m_columns.text(m_row, Text::fw);
            case ThingField::status:
                return m_columns.text(m_row, Text::status);
            case ThingField::retries:
            case ThingField::cycles:
            case ThingField::seen:
                break;
        }
        return {};
    }

    std::optional<std::int64_t> number(const fleet::QueryField& field) const override {
        const ThingField thingField = fleet::thingFieldOf(field);
        if (thingField == ThingField::retries) return m_columns.retryCounter(m_row);
        if (thingField == ThingField::cycles) return m_columns.cycle(m_row);
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

void DeviceFilterText::set(fleet::FleetQuery query) {
    std::vector<std::string> words;
    const auto conjuncts = query.conjuncts();
    for (const auto& conjunct : conjuncts)
        if (conjunct.word) words.push_back(*conjunct.word);
    const bool onlyWords = words.size() == conjuncts.size();
    m_terms = onlyWords ? deviceTerms(words) : std::vector<DeviceTerm>();
    m_query.reset();
    if (!onlyWords) m_query = std::move(query);
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
