// LinkRows: the newest few things to go to: a mark, what it is, and a figure or a time at the right.
// Thread: GUI.
#pragma once

#include <optional>
#include <vector>

#include "views/phase_marks.h"
#include "views/widgets/painted_rows.h"

namespace drydock::views {

struct LinkRow {
    QString id;
    std::optional<Mark> mark;
    QString text;
    QString right;
};

class LinkRows : public PaintedRowsOf<LinkRow> {
    Q_OBJECT
public:
    using PaintedRowsOf<LinkRow>::PaintedRowsOf;

protected:
    QString rowText(int row) const override;
    QString tipAt(int row, int x) const override;
    void paintRow(QPainter& painter, int row, const QRect& area) const override;
};

}  // namespace drydock::views
