// DifferenceDelegate: paints the cells of rows that differ between two sides (models::DifferenceRole): a name with the
// sign of its difference before it (≠ + −), a value in the mono font, on as many lines as it has.
// Thread: GUI.
#pragma once

#include "views/widgets/cell_delegates.h"

namespace drydock::views {

class DifferenceDelegate final : public CellDelegate {
    Q_OBJECT
public:
    enum class Cell : std::uint8_t { name, value };
    // `tinted`: rows that differ stand out from those that don't.
    DifferenceDelegate(Cell kind, bool tinted, QObject* parent);

    [[nodiscard]] int widthFor(const QString& text) const override;

protected:
    void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override;

private:
    Cell m_kind;
    bool m_tinted;
};

}  // namespace drydock::views
