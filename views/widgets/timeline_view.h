// TimelineView: what happened to one device, newest first: a mark for the kind, when, what and the detail. Loads on as
// one scrolls.
// Thread: GUI. Borrows the model, which outlives it.
#pragma once

#include "models/timeline_model.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

class TimelineView : public TableView {
    Q_OBJECT
public:
    explicit TimelineView(models::TimelineModel& timeline, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
};

}  // namespace drydock::views
