#include "views/widgets/timeline_view.h"

#include <QHeaderView>
#include <QPainter>

#include "models/format.h"
#include "models/roles.h"
#include "views/phase_marks.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/empty_state.h"

namespace drydock::views {

namespace {

constexpr int kMarkSide = 12;
constexpr int kPreferredHeight = 240;
constexpr int kLeastHeight = 160;

// A step wears the mark of the phase it entered; a failure that of its status. The rest has a small sign of its kind.
class WhatDelegate final : public CellDelegate {
public:
    WhatDelegate(const models::TimelineModel& timeline, QObject* parent)
        : CellDelegate(cell::kText, parent), m_timeline(&timeline) {}

protected:
    void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override {
        const Tokens& t = tokens(option.palette);
        const int side = scaled(kMarkSide);
        const QRect box(area.left(), area.center().y() - side / 2, side, side);
        const fleet::HistoryEntry& entry = m_timeline->entry(index.row());
        const std::optional<fleet::Phase> phase =
            entry.kind == fleet::HistoryKind::step ? fleet::phaseFromName(entry.what) : std::nullopt;
        if (phase) {
            paintMark(painter, box, markOf(*phase), t);
        } else {
            paintKind(painter, box, entry, t);
        }
        paintText(painter, area.adjusted(side + space::k2, 0, 0, 0), option, index.data().toString());
    }

private:
    static void paintKind(QPainter& painter, const QRect& box, const fleet::HistoryEntry& entry, const Tokens& t) {
        switch (entry.kind) {
            case fleet::HistoryKind::action:
                icon(Icon::assign, t.accent).paint(&painter, box.adjusted(-1, -1, 1, 1));
                return;
            case fleet::HistoryKind::alert:
                icon(Icon::warning, t.bad).paint(&painter, box.adjusted(-1, -1, 1, 1));
                return;
            case fleet::HistoryKind::message:
            case fleet::HistoryKind::step:
                break;
        }
        // A message: a dot, full for a failure.
        const bool failure = entry.what == fleet::kFailedStatus;
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(failure ? t.bad : t.quietText, 1.5));
        painter.setBrush(failure ? QBrush(t.bad) : QBrush(Qt::NoBrush));
        painter.drawEllipse(QRectF(box).center(), box.width() * 0.25, box.width() * 0.25);
        painter.restore();
    }

    const models::TimelineModel* m_timeline;
};

}  // namespace

TimelineView::TimelineView(models::TimelineModel& timeline, QWidget* parent) : TableView(parent) {
    using models::TimelineModel;
    setAccessibleName(tr("Timeline"));
    setCompact(true);
    setModel(&timeline);
    setItemDelegateForColumn(TimelineModel::TimeColumn, new CellDelegate(cell::kQuiet, this));
    setItemDelegateForColumn(TimelineModel::WhatColumn, new WhatDelegate(timeline, this));
    setColumnHidden(TimelineModel::KindColumn, true);
    // As wide as times get: two digits wherever there can be two.
    constexpr std::int64_t kWideTimeMs = 1'732'963'138'000;
    setWidthFor(TimelineModel::TimeColumn, models::Format::dateTime(kWideTimeMs));
    setColumnWidth(TimelineModel::WhatColumn, scaled(112));
    horizontalHeader()->setStretchLastSection(true);
    auto* empty = new EmptyState(Icon::activity);
    empty->setText(tr("Nothing has happened yet"),
                   tr("Messages, steps, actions and alerts of this device stand here."));
    setEmptyState(empty);
}

QSize TimelineView::sizeHint() const {
    return {scaled(320), scaled(kPreferredHeight)};
}

QSize TimelineView::minimumSizeHint() const {
    return {scaled(200), scaled(kLeastHeight)};
}

}  // namespace drydock::views
