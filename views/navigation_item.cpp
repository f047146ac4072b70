#include "views/navigation_item.h"

#include <algorithm>

#include <QKeyEvent>
#include <QPainter>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

constexpr int kRadius = 6;

struct Measures {
    int height;
    int indent;
    int iconSide;
    int gap;  // between icon and title
};
constexpr Measures kPage{36, space::k3, 20, space::k3};
// The icon stands below the titles of pages.
constexpr Measures kView{28, kPage.indent + kPage.iconSide + kPage.gap, 14, space::k2};

const Measures& measuresOf(NavigationItem::Level level) {
    return level == NavigationItem::Level::page ? kPage : kView;
}

}  // namespace

NavigationItem::NavigationItem(const QString& title, const QIcon& icon, Level level, QWidget* parent)
    : QAbstractButton(parent), m_title(title), m_level(level) {
    setIcon(icon);
    setCheckable(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setBadge(0);
}

void NavigationItem::setBadge(int count) {
    m_badge = count;
    setAccessibleName(count == 0 ? m_title : QStringLiteral("%1: %2").arg(m_title).arg(count));
    update();
}

void NavigationItem::setSign(const QIcon& sign) {
    m_sign = sign;
    update();
}

QSize NavigationItem::sizeHint() const {
    // As wide as the navigation makes it: a long title ends in an ellipsis.
    return {scaled(kPage.height), scaled(measuresOf(m_level).height)};
}

QRect NavigationItem::paintBadge(QPainter& painter, QRect area) const {
    const Tokens& t = tokens(*this);
    const QFont badgeFont = textFont(TextSize::caption, true);
    const QFontMetrics metrics(badgeFont);
    const QString count = models::Format::count(static_cast<std::uint64_t>(m_badge));
    const int pillHeight = metrics.height() + 2;
    const int pillWidth = std::max(pillHeight, metrics.horizontalAdvance(count) + 2 * space::k2 - 4);
    const QRectF pill(area.right() - pillWidth + 0.5, (height() - pillHeight) / 2.0, pillWidth, pillHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(blended(t.window, t.bad, t.dark ? 0.3 : 0.16));
    painter.drawRoundedRect(pill, pillHeight / 2.0, pillHeight / 2.0);
    painter.setPen(t.dark ? t.text : t.bad);
    painter.setFont(badgeFont);
    painter.drawText(pill, Qt::AlignCenter, count);
    area.setRight(static_cast<int>(pill.left()) - space::k2);
    return area;
}

QRect NavigationItem::paintSign(QPainter& painter, QRect area) const {
    const int side = scaled(kView.iconSide);
    const QRect box(area.right() - side + 1, (height() - side) / 2, side, side);
    m_sign.paint(&painter, box);
    area.setRight(box.left() - space::k2);
    return area;
}

void NavigationItem::paintEvent(QPaintEvent* /*event*/) {
    const Tokens& t = tokens(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF ground = QRectF(rect()).adjusted(0.5, 1.5, -0.5, -1.5);
    if (isChecked() || underMouse() || hasFocus()) {
        painter.setPen(hasFocus() ? QPen(t.accent, 1) : QPen(Qt::NoPen));
        painter.setBrush(isChecked() ? t.selection : underMouse() ? t.hover : t.window);
        painter.drawRoundedRect(ground, kRadius, kRadius);
    }
    const Measures& measures = measuresOf(m_level);
    const int side = scaled(measures.iconSide);
    const QRect iconBox(scaled(measures.indent), (height() - side) / 2, side, side);
    icon().paint(&painter, iconBox, Qt::AlignCenter, isChecked() ? QIcon::Selected : QIcon::Normal);

    QRect textArea = rect().adjusted(iconBox.right() + measures.gap, 0, -space::k3, 0);
    if (m_badge > 0) textArea = paintBadge(painter, textArea);
    if (!m_sign.isNull()) textArea = paintSign(painter, textArea);
    painter.setFont(textFont(TextSize::body, isChecked()));
    painter.setPen(isChecked() || underMouse() ? t.text : t.quietText);
    painter.drawText(textArea, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_title, Qt::ElideRight, textArea.width()));
}

void NavigationItem::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            click();
            return;
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Left:
        case Qt::Key_Right:
            // A button would look for its neighbour by place on screen, which one that is scrolled away doesn't have.
            event->ignore();
            return;
        default:
            QAbstractButton::keyPressEvent(event);
    }
}

void NavigationItem::enterEvent(QEvent* event) {
    update();
    QAbstractButton::enterEvent(event);
}

void NavigationItem::leaveEvent(QEvent* event) {
    update();
    QAbstractButton::leaveEvent(event);
}

}  // namespace drydock::views
