// RecordModel: an OrderedModel over a vector of plain records, for lists that fit in memory whole (thousands).
// A filter asks for fields as the fleet has them; words that stand alone are looked for in what the list shows, with
// upper and lower case alike in all scripts.
// Thread: GUI.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fleet/record_fields.h"
#include "models/ordered_model.h"

namespace drydock::models {

class RecordModel : public OrderedModel {
    Q_OBJECT
public:
    using OrderedModel::OrderedModel;

protected:
    [[nodiscard]] virtual std::uint32_t recordCount() const = 0;
    // The record for queries with the fields of vocabulary().
    [[nodiscard]] virtual fleet::RecordRow queryRow(std::uint32_t record) const = 0;
    // What words are looked for in: the default is the texts of queryRow(). A model adds what it shows in words of its
    // own.
    [[nodiscard]] virtual std::vector<std::string> searchTexts(std::uint32_t record) const;
    // Beside the filter text; the default lets everything through.
    [[nodiscard]] virtual bool isIncluded(std::uint32_t record) const;
    // The order when sorted by no column, e.g. newest first.
    [[nodiscard]] virtual bool comesBefore(std::uint32_t a, std::uint32_t b) const = 0;

    [[nodiscard]] bool matchesQuery(std::uint32_t record) const;

    std::vector<std::uint32_t> computeOrder(int column, Qt::SortOrder order) final;
    bool passesFilter(std::uint32_t record) const final;
    bool mayPrecede(std::uint32_t a, std::uint32_t b) const final;
    void takeQuery(fleet::FleetQuery query) final;

private:
    class ShownRow;
    std::optional<fleet::FleetQuery> m_query;  // none: no filter text yet
};

}  // namespace drydock::models
