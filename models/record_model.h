// RecordModel: an OrderedModel over a vector of plain records, for lists that fit in memory whole (thousands).
// Thread: GUI.
#pragma once

#include <vector>

#include <QString>

#include "models/ordered_model.h"

namespace drydock::models {

class RecordModel : public OrderedModel {
    Q_OBJECT
public:
    using OrderedModel::OrderedModel;

protected:
    [[nodiscard]] virtual std::uint32_t recordCount() const = 0;
    // Beside the filter text; the default lets everything through.
    [[nodiscard]] virtual bool isIncluded(std::uint32_t record) const;
    // What the filter text is looked for in.
    [[nodiscard]] virtual QString searchText(std::uint32_t record) const = 0;
    // The order when sorted by no column, e.g. newest first.
    [[nodiscard]] virtual bool comesBefore(std::uint32_t a, std::uint32_t b) const = 0;

    [[nodiscard]] bool matchesText(std::uint32_t record) const;

    std::vector<std::uint32_t> computeOrder(int column, Qt::SortOrder order) final;
    bool passesFilter(std::uint32_t record) const final;
    bool mayPrecede(std::uint32_t a, std::uint32_t b) const final;
    void filterTextChanged() final;

private:
    std::vector<QString> m_terms;
};

}  // namespace drydock::models
