// GroupBar: the thing groups in the navigation, each a view of the devices in it. FailedToUpdate, which has a page of
// its own, is not among them.
//
// Follows the groups as they are made, edited, filled and deleted. As high as its items and, where the window is lower
// than that, it scrolls. A right click, the menu key or Shift+F10 offers what can be done to a group.
// Thread: GUI. Borrows the context, which outlives it.
#pragma once

#include <vector>

#include <QScrollArea>

#include "models/fleet/thing_group.h"
#include "views/page.h"

class QVBoxLayout;

namespace drydock::views {

class NavigationItem;

class GroupBar : public QScrollArea {
    Q_OBJECT
public:
    explicit GroupBar(const PageContext& context, QWidget* parent = nullptr);

    // From top to bottom.
    [[nodiscard]] const std::vector<NavigationItem*>& items() const { return m_items; }
    // Marks the groups that a list of devices shows when it is filtered so; false: there is none.
    bool setCurrent(const QString& filter);
    // Whether there is one.
    [[nodiscard]] bool hasViewOf(const QString& filter) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void goTo(const drydock::views::Destination& destination);
    void editRequested(const QString& group);
    void actionRequested(const drydock::fleet::ActionRequest& action, const QStringList& targets);
    void itemsChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showGroups();
    NavigationItem* addItem(const fleet::ThingGroup& group);
    static void describe(NavigationItem& item, const fleet::ThingGroup& group);
    void open(const QString& name);
    void bringCurrentIntoSight();
    [[nodiscard]] bool isViewOf(const NavigationItem& item, const QString& filter) const;
    void showMenu(const NavigationItem& item, const QPoint& at);

    PageContext m_context;
    QVBoxLayout* m_layout;
    std::vector<NavigationItem*> m_items;
};

}  // namespace drydock::views
