// FittedTable: a short table within a details pane: as high as its rows, never scrolls itself, as the pane does.
// Thread: GUI.
#pragma once

#include "views/widgets/table_view.h"

namespace drydock::views {

class FittedTable : public TableView {
    Q_OBJECT
public:
    explicit FittedTable(QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    void setModel(QAbstractItemModel* model) override;

protected:
    void wheelEvent(QWheelEvent* event) override;
};

}  // namespace drydock::views
