// AttributeDiffView: a device's attributes beside their backup. Each difference has its sign (≠ + −) beside its tint.
// As high as its rows: it stands in a scroll area, never scrolls itself.
// Thread: GUI.
#pragma once

#include <optional>

#include "models/attribute_diff_model.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

class AttributeDiffView : public TableView {
    Q_OBJECT
public:
    explicit AttributeDiffView(QWidget* parent = nullptr);

    void setAttributes(const fleet::Attributes& now, const std::optional<fleet::Attributes>& backup);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void wheelEvent(QWheelEvent* event) override;

private:
    models::AttributeDiffModel* m_attributes;
};

}  // namespace drydock::views
