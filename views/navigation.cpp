#include "views/navigation.h"

#include <algorithm>

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>

#include "views/devices/group_bar.h"
#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kWidth = 220;
}  // namespace

Navigation::Navigation(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)) {
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
    const QKeySequence shortcut(static_cast<int>(Qt::CTRL) + Qt::Key_1 + static_cast<int>(m_pages.size()));
    auto* item = new NavigationItem(face.title, icon(face.icon), NavigationItem::Level::page);
    item->setShortcut(shortcut);
    item->setToolTip(QStringLiteral("%1 (%2)").arg(face.title, shortcut.toString(QKeySequence::NativeText)));
    m_pages.push_back({face.id, item});
    m_layout->insertWidget(m_layout->count() - 1, item);
    connect(item, &QAbstractButton::clicked, this, [this, page = face.id] { emit pageChosen(page); });
}

void Navigation::addGroups(const QString& page, GroupBar* groups) {
    m_groups = groups;
    m_groupsPage = page;
    m_layout->insertWidget(m_layout->indexOf(item(page)) + 1, groups);
    connect(groups, &GroupBar::itemsChanged, this, &Navigation::takeItems);
}

NavigationItem* Navigation::item(const QString& page) const {
    const auto found =
        std::find_if(m_pages.begin(), m_pages.end(), [&page](const PageItem& each) { return each.page == page; });
    return found == m_pages.end() ? nullptr : found->item;
}

std::vector<NavigationItem*> Navigation::items() const {
    std::vector<NavigationItem*> all;
    for (const auto& [page, item] : m_pages) {
        all.push_back(item);
        if (m_groups != nullptr && page == m_groupsPage)
            all.insert(all.end(), m_groups->items().begin(), m_groups->items().end());
    }
    return all;
}

void Navigation::setCurrent(const QString& page, const QString& filter) {
    m_current = page;
    m_filter = filter;
    mark();
}

void Navigation::takeItems() {
    const std::vector<NavigationItem*> all = items();
    for (std::size_t i = 1; i < all.size(); ++i) QWidget::setTabOrder(all[i - 1], all[i]);
    mark();
}

void Navigation::mark() {
    const bool atGroup = m_groups != nullptr && m_groups->setCurrent(m_current == m_groupsPage ? m_filter : QString());
    for (const auto& [page, item] : m_pages) item->setChecked(page == m_current && !atGroup);
    // One of them is in the order of Tab, as the arrow keys lead to the others.
    const std::vector<NavigationItem*> all = items();
    if (all.empty()) return;
    const auto current =
        std::find_if(all.begin(), all.end(), [](const NavigationItem* item) { return item->isChecked(); });
    const NavigationItem* stop = current != all.end() ? *current : all.front();
    for (NavigationItem* item : all) item->setFocusPolicy(item == stop ? Qt::StrongFocus : Qt::ClickFocus);
}

void Navigation::setBadge(const QString& page, int count) {
    if (NavigationItem* one = item(page)) one->setBadge(count);
}

void Navigation::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const std::vector<NavigationItem*> all = items();
    const auto at = std::find(all.begin(), all.end(), QApplication::focusWidget());
    if (step == 0 || at == all.end()) return QWidget::keyPressEvent(event);
    const auto wanted = at - all.begin() + step;
    if (wanted < 0 || wanted >= static_cast<std::ptrdiff_t>(all.size())) return;
    NavigationItem* next = all[static_cast<std::size_t>(wanted)];
    next->setFocus(Qt::TabFocusReason);
    next->click();
}

}  // namespace drydock::views
