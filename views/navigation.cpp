#include "views/navigation.h"

#include <algorithm>

#include <QButtonGroup>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kWidth = 220;
constexpr int kItemHeight = 36;
constexpr int kIconSide = 20;
constexpr int kRadius = 6;
}  // namespace

NavigationItem::NavigationItem(const Page::Face& face, const QKeySequence& shortcut, QWidget* parent)
    : QAbstractButton(parent), m_page(face.id), m_title(face.title) {
    setIcon(views::icon(face.icon));
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setShortcut(shortcut);
    setToolTip(QStringLiteral("%1 (%2)").arg(m_title, shortcut.toString(QKeySequence::NativeText)));
    setBadge(0);
}

void NavigationItem::setBadge(int count) {
    m_badge = count;
    setAccessibleName(count == 0 ? m_title : QStringLiteral("%1: %2").arg(m_title).arg(count));
    update();
}

QSize NavigationItem::sizeHint() const {
    return {scaled(kWidth) - 2 * space::k2, scaled(kItemHeight)};
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
    const int side = scaled(kIconSide);
    const QRect iconBox(space::k3, (height() - side) / 2, side, side);
    icon().paint(&painter, iconBox, Qt::AlignCenter, isChecked() ? QIcon::Selected : QIcon::Normal);

    QRect textArea = rect().adjusted(iconBox.right() + space::k3, 0, -space::k3, 0);
    if (m_badge > 0) {
        const QFont badgeFont = textFont(TextSize::caption, true);
        const QFontMetrics metrics(badgeFont);
        const QString count = models::Format::count(static_cast<std::uint64_t>(m_badge));
        const int pillHeight = metrics.height() + 2;
        const int pillWidth = std::max(pillHeight, metrics.horizontalAdvance(count) + 2 * space::k2 - 4);
        const QRectF pill(textArea.right() - pillWidth + 0.5, (height() - pillHeight) / 2.0, pillWidth, pillHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(blended(t.window, t.bad, t.dark ? 0.3 : 0.16));
        painter.drawRoundedRect(pill, pillHeight / 2.0, pillHeight / 2.0);
        painter.setPen(t.dark ? t.text : t.bad);
        painter.setFont(badgeFont);
        painter.drawText(pill, Qt::AlignCenter, count);
        textArea.setRight(static_cast<int>(pill.left()) - space::k2);
    }
    painter.setFont(textFont(TextSize::body, isChecked()));
    painter.setPen(isChecked() || underMouse() ? t.text : t.quietText);
    painter.drawText(textArea, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_title, Qt::ElideRight, textArea.width()));
}

void NavigationItem::enterEvent(QEvent* event) {
    update();
    QAbstractButton::enterEvent(event);
}

void NavigationItem::leaveEvent(QEvent* event) {
    update();
    QAbstractButton::leaveEvent(event);
}

Navigation::Navigation(QWidget* parent)
    : QWidget(parent), m_layout(new QVBoxLayout(this)), m_group(new QButtonGroup(this)) {
    setObjectName(QStringLiteral("navigation"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Pages"));
    setFixedWidth(scaled(kWidth));
    auto* name = new QLabel(QStringLiteral("Drydock"));
    name->setFont(textFont(TextSize::title, true));
    name->setContentsMargins(space::k3, 0, 0, 0);
    name->setFixedHeight(scaled(32));
    m_layout->setContentsMargins(space::k2, space::k2, space::k2, space::k2);
    m_layout->setSpacing(0);
    m_layout->addWidget(name);
    m_layout->addSpacing(space::k3);
    m_layout->addStretch();
}

void Navigation::addPage(const Page::Face& face) {
    const QKeySequence shortcut(static_cast<int>(Qt::CTRL) + Qt::Key_1 + static_cast<int>(m_items.size()));
    auto* item = new NavigationItem(face, shortcut);
    m_items.push_back(item);
    m_group->addButton(item);
    m_layout->insertWidget(m_layout->count() - 1, item);
    connect(item, &QAbstractButton::clicked, this, [this, item] { emit pageChosen(item->page()); });
}

NavigationItem* Navigation::item(const QString& page) const {
    const auto found = std::find_if(m_items.begin(), m_items.end(),
                                    [&page](const NavigationItem* item) { return item->page() == page; });
    return found == m_items.end() ? nullptr : *found;
}

void Navigation::setCurrent(const QString& page) {
    // An exclusive group refuses to have none checked.
    m_group->setExclusive(false);
    for (NavigationItem* item : m_items) item->setChecked(item->page() == page);
    m_group->setExclusive(true);
}

void Navigation::setBadge(const QString& page, int count) {
    if (NavigationItem* one = item(page)) one->setBadge(count);
}

}  // namespace drydock::views
