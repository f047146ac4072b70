// Navigation: the pages at the left with their badges. A click, an arrow key or Ctrl+1 … goes there.
// Thread: GUI.
#pragma once

#include <vector>

#include <QAbstractButton>
#include <QWidget>

#include "views/page.h"

class QButtonGroup;
class QVBoxLayout;

namespace drydock::views {

// One page in the navigation.
class NavigationItem : public QAbstractButton {
    Q_OBJECT
public:
    NavigationItem(const Page::Face& face, const QKeySequence& shortcut, QWidget* parent = nullptr);

    [[nodiscard]] const QString& page() const { return m_page; }
    void setBadge(int count);  // 0: none
    [[nodiscard]] int badge() const { return m_badge; }

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_page;
    QString m_title;
    int m_badge = 0;
};

class Navigation : public QWidget {
    Q_OBJECT
public:
    explicit Navigation(QWidget* parent = nullptr);

    void addPage(const Page::Face& face);
    // Marks a page; one that has no item here (the quarantine) leaves none marked.
    void setCurrent(const QString& page);
    void setBadge(const QString& page, int count);
    [[nodiscard]] NavigationItem* item(const QString& page) const;  // nullptr: none

signals:
    void pageChosen(const QString& page);

private:
    QVBoxLayout* m_layout;
    QButtonGroup* m_group;
    std::vector<NavigationItem*> m_items;
};

}  // namespace drydock::views
