// BarRows: rows of a name, a bar in one or more segments, and the figure at the right: versions by model, releases by
// status. Bars share one scale. Painted; every figure is also in the accessible description.
// Thread: GUI.
#pragma once

#include <cstdint>
#include <vector>

#include <QString>
#include <QWidget>

namespace drydock::views {

class BarRows : public QWidget {
    Q_OBJECT
public:
    struct Segment {
        QString name;  // written into the segment where it fits; in the tooltip anyway
        std::uint64_t value = 0;
    };
    struct Row {
        QString id;    // what rowClicked() hands out
        QString name;
        std::vector<Segment> segments;  // oldest first: shades grow stronger to the right
        [[nodiscard]] std::uint64_t total() const;
    };

    explicit BarRows(QWidget* parent = nullptr);

    void setRows(std::vector<Row> rows);
    // Said in place of rows while there are none.
    void setEmptyText(const QString& text);
    void setNamesMono(bool mono) { m_namesMono = mono; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void rowClicked(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int nameWidth() const;
    [[nodiscard]] int figureWidth() const;
    [[nodiscard]] QRect barArea(int row) const;
    // The widths of a row's segments in its bar, in pixels.
    [[nodiscard]] std::vector<int> segmentWidths(const Row& row, int barWidth) const;
    [[nodiscard]] int rowAt(const QPoint& at) const;  // -1: none
    [[nodiscard]] QString tipAt(const QPoint& at) const;
    void paintRow(QPainter& painter, int row) const;

    std::vector<Row> m_rows;
    QString m_emptyText;
    std::uint64_t m_largest = 0;
    int m_current = 0;  // the row the keyboard is at
    bool m_namesMono = false;
};

}  // namespace drydock::views
