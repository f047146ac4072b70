// BarRows: rows of a name, a bar in one or more segments, and the figure at the right: versions by model, releases by
// status. Bars share one scale.
// Thread: GUI.
#pragma once

#include <cstdint>
#include <vector>

#include "views/widgets/painted_rows.h"

namespace drydock::views {

struct BarSegment {
    QString name;  // written into the segment where it fits; in the tooltip anyway
    std::uint64_t value = 0;
};
struct BarRow {
    QString id;
    QString name;
    std::vector<BarSegment> segments;  // oldest first: shades grow stronger to the right
    [[nodiscard]] std::uint64_t total() const;
};

class BarRows : public PaintedRowsOf<BarRow> {
    Q_OBJECT
public:
    using PaintedRowsOf<BarRow>::PaintedRowsOf;

protected:
    QString rowText(int row) const override;
    QString tipAt(int row, int x) const override;
    void paintRow(QPainter& painter, int row, const QRect& area) const override;

private:
    [[nodiscard]] QFont nameFont() const;
    [[nodiscard]] int nameWidth() const;
    [[nodiscard]] std::uint64_t largest() const;
    [[nodiscard]] QRect barArea(const QRect& rowArea) const;
    // The widths of a row's segments in its bar, in pixels.
    [[nodiscard]] std::vector<int> segmentWidths(const BarRow& row, int barWidth) const;
    void paintBar(QPainter& painter, const BarRow& row, const QRect& bar) const;
};

}  // namespace drydock::views
