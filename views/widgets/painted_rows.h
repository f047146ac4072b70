// PaintedRows: a short list painted as a whole, each row a thing to go to: by a click, or the arrow keys and Return.
// Not for lists that scroll. The base of BarRows and LinkRows, which paint a row and say what is in it.
// Thread: GUI.
#pragma once

#include <utility>
#include <vector>

#include <QWidget>

class QPainter;

namespace drydock::views {

class PaintedRows : public QWidget {
    Q_OBJECT
public:
    explicit PaintedRows(QWidget* parent = nullptr);

    // Said in place of rows while there are none.
    void setEmptyText(const QString& text);
    // Room is kept for this many rows, so that nothing moves when one comes.
    void setCapacity(int rows);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void rowClicked(const QString& id);

protected:
    [[nodiscard]] virtual int rowCount() const = 0;
    [[nodiscard]] virtual QString rowId(int row) const = 0;
    [[nodiscard]] virtual QString rowText(int row) const = 0;  // in words, for the screen reader
    [[nodiscard]] virtual QString tipAt(int row, int x) const = 0;
    virtual void paintRow(QPainter& painter, int row, const QRect& area) const = 0;

    // To be called by the derived class after its rows changed.
    void rowsChanged();
    [[nodiscard]] static int rowHeight();

    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int rowAt(const QPoint& at) const;  // -1: none

    QString m_emptyText;
    int m_capacity = 3;
    int m_current = 0;  // the row the keyboard is at
    int m_hovered = -1;
};

// PaintedRows over a list of values, each with an `id`, which is what rowClicked() hands out.
template <class Row>
class PaintedRowsOf : public PaintedRows {
public:
    using PaintedRows::PaintedRows;

    void setRows(std::vector<Row> rows) {
        m_rows = std::move(rows);
        rowsChanged();
    }
    // Paints names in the mono font.
    void setNamesMono(bool mono) { m_namesMono = mono; }

protected:
    [[nodiscard]] const std::vector<Row>& all() const { return m_rows; }
    [[nodiscard]] const Row& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] bool namesMono() const { return m_namesMono; }
    int rowCount() const override { return static_cast<int>(m_rows.size()); }
    QString rowId(int row) const override { return at(row).id; }

private:
    std::vector<Row> m_rows;
    bool m_namesMono = false;
};

}  // namespace drydock::views
