#include "models/record_model.h"

#include <algorithm>
#include <utility>

#include <QVariant>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
namespace {

// Below zero, zero, above zero: a stands before, beside, behind b. Nothing to compare stands last.
int compare(const QVariant& a, const QVariant& b) {
    if (!a.isValid() || !b.isValid()) return static_cast<int>(b.isValid()) - static_cast<int>(a.isValid());
    if (a.type() == QVariant::String) return collate(a.toString(), b.toString());
    const qlonglong left = a.toLongLong();
    const qlonglong right = b.toLongLong();
    return left < right ? -1 : static_cast<int>(left > right);
}

}  // namespace

class RecordModel::ShownRow final : public fleet::QueryRow {
public:
    ShownRow(const RecordModel& model, std::uint32_t record)
        : m_model(model), m_record(record), m_row(model.queryRow(record)) {}

    std::string_view text(const fleet::QueryField& field) const override { return m_row.text(field); }
    std::optional<std::int64_t> number(const fleet::QueryField& field) const override { return m_row.number(field); }

    bool anyMatches(const fleet::TextPattern& word) const override {
        if (m_texts.empty()) {
            m_texts = m_model.searchTexts(m_record);
            for (std::string& text : m_texts) text = foldCase(text);
        }
        const fleet::TextPattern folded(word.mode(), foldCase(word.text()));
        return std::any_of(m_texts.begin(), m_texts.end(),
                           [&folded](const std::string& text) { return folded.matches(text); });
    }

private:
    const RecordModel& m_model;
    std::uint32_t m_record;
    fleet::RecordRow m_row;
    mutable std::vector<std::string> m_texts;  // folded; made when the first word asks
};

bool RecordModel::isIncluded(std::uint32_t /*record*/) const {
    return true;
}

std::vector<std::string> RecordModel::searchTexts(std::uint32_t record) const {
    const auto texts = queryRow(record).texts();
    return {texts.begin(), texts.end()};
}

void RecordModel::takeQuery(fleet::FleetQuery query) {
    m_query = std::move(query);
    refreshOrder();
}

bool RecordModel::passesFilter(std::uint32_t record) const {
    return isIncluded(record) && matchesQuery(record);
}

bool RecordModel::matchesQuery(std::uint32_t record) const {
    return !m_query || m_query->empty() || m_query->matches(ShownRow(*this, record));
}

bool RecordModel::mayPrecede(std::uint32_t a, std::uint32_t b) const {
    if (sortColumn() >= 0) {
        const QVariant left = recordCell(a, sortColumn(), SortRole);
        const QVariant right = recordCell(b, sortColumn(), SortRole);
        const int difference = compare(left, right);
        // What has no value stays last in both directions.
        const bool reversed = sortOrder() == Qt::DescendingOrder && left.isValid() && right.isValid();
        if (difference != 0) return (difference < 0) != reversed;
    }
    return !comesBefore(b, a);
}

std::vector<std::uint32_t> RecordModel::computeOrder(int /*column*/, Qt::SortOrder /*order*/) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t record = 0; record < recordCount(); ++record) {
        if (passesFilter(record)) order.push_back(record);
    }
    std::stable_sort(order.begin(), order.end(),
                     [this](std::uint32_t a, std::uint32_t b) { return !mayPrecede(b, a); });
    return order;
}

}  // namespace drydock::models
