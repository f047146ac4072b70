#include "views/devices/group_bar.h"

#include <algorithm>
#include <map>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QVBoxLayout>

#include "models/desk_models.h"
#include "models/text.h"
#include "views/devices/group_view.h"
#include "views/navigation_item.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

constexpr int kLeastItems = 3;  // in sight, however low the window is
constexpr int kRoomBelow = space::k1;

QAction* addEntry(QMenu& menu, const QString& text, const QString& whyNot) {
    QAction* entry = menu.addAction(text);
    entry->setEnabled(whyNot.isEmpty());
    entry->setToolTip(whyNot.isEmpty() ? text : whyNot);
    return entry;
}

}  // namespace

GroupBar::GroupBar(const PageContext& context, QWidget* parent) : QScrollArea(parent), m_context(context) {
    setAccessibleName(tr("Groups"));
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setFocusPolicy(Qt::NoFocus);
    setViewportMargins(0, 0, 0, kRoomBelow);
    auto* list = new QWidget;
    list->setObjectName(QStringLiteral("scrolled"));
    m_layout = new QVBoxLayout(list);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    setWidget(list);
    connect(&m_context.models.groups, &models::GroupList::changed, this, &GroupBar::showGroups);
    showGroups();
}

void GroupBar::showGroups() {
    // An item stays for as long as its group, and with it the focus.
    std::map<QString, NavigationItem*> known;
    for (NavigationItem* item : m_items) known[item->title()] = item;
    m_items.clear();
    for (const fleet::ThingGroup& group : m_context.models.groups.groups()) {
        if (group.name == fleet::kFailedGroup) continue;
        const auto found = known.find(models::toText(group.name));
        NavigationItem* item = found != known.end() ? found->second : addItem(group);
        if (found != known.end()) known.erase(found);
        describe(*item, group);
        m_layout->insertWidget(static_cast<int>(m_items.size()), item);
        m_items.push_back(item);
    }
    for (const auto& [name, item] : known) {
        // The name may be given anew before the event loop comes to delete it.
        item->hide();
        m_layout->removeWidget(item);
        item->deleteLater();
    }
    setVisible(!m_items.empty());
    updateGeometry();
    emit itemsChanged();
}

NavigationItem* GroupBar::addItem(const fleet::ThingGroup& group) {
    const QString name = models::toText(group.name);
    auto* item = new NavigationItem(name, QIcon(), NavigationItem::Level::view);
    item->installEventFilter(this);
    connect(item, &QAbstractButton::clicked, this, [this, name] { open(name); });
    return item;
}

void GroupBar::describe(NavigationItem& item, const fleet::ThingGroup& group) {
    const bool dynamic = group.query.has_value();
    const QString kind = groupKind(dynamic);
    QStringList lines = {item.title(), dynamic ? QStringLiteral("%1: %2").arg(kind, models::filterOf(group)) : kind};
    if (group.filling) lines.append(tr("Being filled: it may not have all its members yet."));
    item.setIcon(icon(groupIcon(dynamic)));
    item.setSign(group.filling ? icon(Icon::filling) : QIcon());
    item.setToolTip(lines.join(QLatin1Char('\n')));
    item.setAccessibleName(group.filling ? tr("%1: %2, being filled").arg(item.title(), kind)
                                         : QStringLiteral("%1: %2").arg(item.title(), kind));
}

void GroupBar::open(const QString& name) {
    if (const fleet::ThingGroup* group = m_context.models.groups.find(name)) emit goTo(viewOf(*group));
}

bool GroupBar::isViewOf(const NavigationItem& item, const QString& filter) const {
    const fleet::ThingGroup* group = m_context.models.groups.find(item.title());
    return group != nullptr && models::filterOf(*group) == filter;
}

bool GroupBar::hasViewOf(const QString& filter) const {
    return std::any_of(m_items.begin(), m_items.end(),
                       [&](const NavigationItem* item) { return isViewOf(*item, filter); });
}

bool GroupBar::setCurrent(const QString& filter) {
    for (NavigationItem* item : m_items) item->setChecked(isViewOf(*item, filter));
    bringCurrentIntoSight();
    return hasViewOf(filter);
}

void GroupBar::bringCurrentIntoSight() {
    const auto current =
        std::find_if(m_items.begin(), m_items.end(), [](const auto* item) { return item->isChecked(); });
    if (current != m_items.end()) ensureWidgetVisible(*current, 0, 0);
}

void GroupBar::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    bringCurrentIntoSight();
}

QSize GroupBar::sizeHint() const {
    return {0, widget()->sizeHint().height() + kRoomBelow};
}

QSize GroupBar::minimumSizeHint() const {
    const int least = m_items.empty() ? 0 : kLeastItems * m_items.front()->sizeHint().height();
    return {0, std::min(least + kRoomBelow, sizeHint().height())};
}

bool GroupBar::eventFilter(QObject* watched, QEvent* event) {
    auto* item = qobject_cast<NavigationItem*>(watched);
    if (item == nullptr) return QScrollArea::eventFilter(watched, event);
    if (event->type() == QEvent::FocusIn) ensureWidgetVisible(item, 0, 0);
    if (event->type() == QEvent::ContextMenu) {
        const auto* asked = static_cast<QContextMenuEvent*>(event);
        const bool byKey = asked->reason() == QContextMenuEvent::Keyboard;
        showMenu(*item, byKey ? item->mapToGlobal(item->rect().bottomLeft()) : asked->globalPos());
        return true;
    }
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_F10 && key->modifiers() == Qt::ShiftModifier) {
            showMenu(*item, item->mapToGlobal(item->rect().bottomLeft()));
            return true;
        }
    }
    return QScrollArea::eventFilter(watched, event);
}

// The arrow keys go from item to item, which is the navigation's to do.
void GroupBar::keyPressEvent(QKeyEvent* event) {
    event->ignore();
}

void GroupBar::showMenu(const NavigationItem& item, const QPoint& at) {
    const QString& name = item.title();
    const fleet::ThingGroup* group = m_context.models.groups.find(name);
    if (group == nullptr) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->setAccessibleName(name);
    const QString readOnly = m_context.whyReadOnly();
    const QString noQuery =
        group->query ? QString() : tr("A static group has no query: select devices and add or remove them.");
    connect(addEntry(*menu, tr("Open"), {}), &QAction::triggered, this, [this, name] { open(name); });
    connect(addEntry(*menu, tr("Edit the query…"), readOnly.isEmpty() ? noQuery : readOnly), &QAction::triggered, this,
            [this, name] { emit editRequested(name); });
    menu->addSeparator();
    connect(addEntry(*menu, tr("Delete…"), readOnly), &QAction::triggered, this, [this, name] {
        emit actionRequested(fleet::ActionRequest{fleet::ActionKind::deleteGroup, {}, {}, {}}, {name});
    });
    menu->popup(at);
}

}  // namespace drydock::views
