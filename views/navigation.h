// Navigation: the pages at the left with their badges, and below one of them the groups. A click, an arrow key or
// Ctrl+1 … goes there.
// Thread: GUI.
#pragma once

#include <vector>

#include <QWidget>

#include "views/navigation_item.h"
#include "views/page.h"

class QVBoxLayout;

namespace drydock::views {

class GroupBar;

class Navigation : public QWidget {
    Q_OBJECT
public:
    explicit Navigation(QWidget* parent = nullptr);

    void addPage(const Page::Face& face);
    // Puts the groups below the page that shows their members. Takes ownership.
    void addGroups(const QString& page, GroupBar* groups);
    // Marks where the person is: a page or, where its list is filtered by a group's filter, that group. A page that has
    // no item here (the quarantine) leaves none marked.
    void setCurrent(const QString& page, const QString& filter);
    void setBadge(const QString& page, int count);
    [[nodiscard]] NavigationItem* item(const QString& page) const;  // nullptr: none

signals:
    void pageChosen(const QString& page);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void takeItems();
    void mark();
    // All of them from top to bottom.
    [[nodiscard]] std::vector<NavigationItem*> items() const;

    QVBoxLayout* m_layout;
    struct PageItem {
        QString page;
        NavigationItem* item;
    };
    std::vector<PageItem> m_pages;
    GroupBar* m_groups = nullptr;
    QString m_groupsPage;
    QString m_current;
    QString m_filter;
};

}  // namespace drydock::views
