// Painters of table cells. They all paint the same ground (hover, selection, focus), then their own content, and ask
// the model for nothing but the visible cell.
// Thread: GUI.
#pragma once

#include <cstdint>

#include <QFont>
#include <QStyledItemDelegate>

class QPalette;

namespace drydock::views {

class TableView;

struct CellStyle {
    bool mono = false;   // ids, versions, hashes
    bool quiet = false;  // what is of second interest
    Qt::TextElideMode elide = Qt::ElideRight;
    Qt::Alignment align = Qt::AlignLeft;  // AlignRight also takes the font for numbers
};
namespace cell {
inline constexpr CellStyle kText{};
inline constexpr CellStyle kQuiet{.quiet = true};
inline constexpr CellStyle kId{.mono = true, .elide = Qt::ElideMiddle};
inline constexpr CellStyle kNumber{.align = Qt::AlignRight};
}  // namespace cell

// The ground of row `row` within `rect`: hover, selection, and the row the keyboard is at.
void paintRowGround(QPainter& painter, const QRect& rect, const QPalette& palette, const TableView* view, int row,
                    bool selected);

// DisplayRole as text. The tooltip is the model's, or the whole text where it did not fit.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(CellStyle style = cell::kText, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    // As wide as a cell with this text wants to be.
    [[nodiscard]] virtual int widthFor(const QString& text) const;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

protected:
    // Within `area`, the cell without its margins. The ground is painted.
    virtual void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const;
    void paintText(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option, const QString& text) const;
    [[nodiscard]] const QFont& cellFont() const { return m_font; }
    [[nodiscard]] static QRect contentArea(const QRect& cell);

private:
    CellStyle m_style;
    QFont m_font;
};

// A phase: its mark and its word. The phase comes as an int (fleet::Phase) in `phaseRole`.
class PhaseDelegate final : public CellDelegate {
    Q_OBJECT
public:
    explicit PhaseDelegate(int phaseRole, QObject* parent = nullptr);

    [[nodiscard]] int widthFor(const QString& text) const override;

protected:
    void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override;

private:
    int m_phaseRole;
};

// n of m as small bars with the number beside them. Both come as ints in their roles.
class BarsDelegate final : public CellDelegate {
    Q_OBJECT
public:
    BarsDelegate(int valueRole, int limitRole, QObject* parent = nullptr);

    // Of the limit as text.
    [[nodiscard]] int widthFor(const QString& text) const override;

protected:
    void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override;

private:
    int m_valueRole;
    int m_limitRole;
};

// A word in a tinted pill, for states of firmware and alerts.
enum class PillTone : std::uint8_t { neutral, accent, good, warning, bad };
class PillDelegate final : public CellDelegate {
    Q_OBJECT
public:
    using ToneOf = PillTone (*)(const QModelIndex&);
    explicit PillDelegate(ToneOf toneOf, QObject* parent = nullptr);

    [[nodiscard]] int widthFor(const QString& text) const override;

protected:
    void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override;

private:
    ToneOf m_toneOf;
};

}  // namespace drydock::views
