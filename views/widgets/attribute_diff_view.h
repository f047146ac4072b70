// AttributeDiffView: a device's attributes beside their backup. Each difference has its sign (≠ + −) beside its tint.
// Thread: GUI.
#pragma once

#include <optional>

#include "models/attribute_diff_model.h"
#include "views/widgets/fitted_table.h"

namespace drydock::views {

class AttributeDiffView : public FittedTable {
    Q_OBJECT
public:
    explicit AttributeDiffView(QWidget* parent = nullptr);

    void setAttributes(const fleet::Attributes& now, const std::optional<fleet::Attributes>& backup);

private:
    models::AttributeDiffModel* m_attributes;
};

}  // namespace drydock::views
