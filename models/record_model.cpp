#include "models/record_model.h"

#include <algorithm>

#include <QStringList>
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

bool RecordModel::isIncluded(std::uint32_t /*record*/) const {
    return true;
}

void RecordModel::filterTextChanged() {
    m_terms.clear();
    for (const QString& term : filterText().toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts))
        m_terms.push_back(term);
    refreshOrder();
}

bool RecordModel::passesFilter(std::uint32_t record) const {
    return isIncluded(record) && matchesText(record);
}

bool RecordModel::matchesText(std::uint32_t record) const {
    if (m_terms.empty()) return true;
    const QString text = searchText(record).toCaseFolded();
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const QString& term) { return text.contains(term); });
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
