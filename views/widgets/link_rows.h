// LinkRows: the newest few things to go to: a mark, what it is, and a figure or a time at the right.
// Thread: GUI.
#pragma once

#include <optional>
#include <vector>

#include "views/phase_marks.h"
#include "views/widgets/painted_rows.h"

namespace drydock::views {

class LinkRows : public PaintedRows {
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
    void setTextMono(bool mono) { m_textMono = mono; }

protected:
    int rowCount() const override { return static_cast<int>(m_rows.size()); }
    QString rowId(int row) const override { return at(row).id; }
    QString rowText(int row) const override;
    QString tipAt(int row, int x) const override;
    void paintRow(QPainter& painter, int row, const QRect& area) const override;

private:
    [[nodiscard]] const Row& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }

    std::vector<Row> m_rows;
    bool m_textMono = false;
};

}  // namespace drydock::views
