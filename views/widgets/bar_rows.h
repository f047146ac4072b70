// BarRows: rows of a name, a bar in one or more segments, and the figure at the right: versions by model, releases by
// status. Bars share one scale.
// Thread: GUI.
#pragma once

#include <cstdint>
#include <vector>

#include "views/widgets/painted_rows.h"

namespace drydock::views {

class BarRows : public PaintedRows {
    Q_OBJECT
public:
    struct Segment {
        QString name;  // written into the segment where it fits; in the tooltip anyway
        std::uint64_t value = 0;
    };
    struct Row {
        QString id;  // what rowClicked() hands out
        QString name;
        std::vector<Segment> segments;  // oldest first: shades grow stronger to the right
        [[nodiscard]] std::uint64_t total() const;
    };

    explicit BarRows(QWidget* parent = nullptr);

    void setRows(std::vector<Row> rows);
    void setNamesMono(bool mono) { m_namesMono = mono; }

protected:
    int rowCount() const override { return static_cast<int>(m_rows.size()); }
    QString rowId(int row) const override { return at(row).id; }
    QString rowText(int row) const override;
    QString tipAt(int row, int x) const override;
    void paintRow(QPainter& painter, int row, const QRect& area) const override;

private:
    [[nodiscard]] const Row& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] QFont nameFont() const;
    [[nodiscard]] int nameWidth() const;
    [[nodiscard]] QRect barArea(const QRect& rowArea) const;
    // The widths of a row's segments in its bar, in pixels.
    [[nodiscard]] std::vector<int> segmentWidths(const Row& row, int barWidth) const;
    void paintBar(QPainter& painter, const Row& row, const QRect& bar) const;

    std::vector<Row> m_rows;
    std::uint64_t m_largest = 0;
    bool m_namesMono = false;
};

}  // namespace drydock::views
