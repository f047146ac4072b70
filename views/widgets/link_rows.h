// LinkRows: a short list of things to go to: a mark, what it is, and a figure or a time at the right. Not for lists
// that scroll: for the newest few.
// Thread: GUI.
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "views/phase_marks.h"

namespace drydock::views {

class LinkRows : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QString id;  // what rowClicked() hands out
        std::optional<Mark> mark;
        QString text;
        QString right;
    };

    explicit LinkRows(QWidget* parent = nullptr);

    void setRows(std::vector<Row> rows);
    void setEmptyText(const QString& text);
    // Room is kept for this many rows, so that nothing moves when one comes.
    void setCapacity(int rows);
    void setTextMono(bool mono) { m_textMono = mono; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void rowClicked(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int rowAt(const QPoint& at) const;  // -1: none
    void paintRow(QPainter& painter, int row) const;

    std::vector<Row> m_rows;
    QString m_emptyText;
    int m_capacity = 5;
    int m_current = 0;
    int m_hovered = -1;
    bool m_textMono = false;
};

}  // namespace drydock::views
