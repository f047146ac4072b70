// DetailsPane: the column beside a list that shows one row whole: a title with its caption, sections below one
// another in a scroll area, and a fixed bar of actions at the bottom, in as many rows as they need. Shows a hint while
// nothing is selected. Thread: GUI.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace drydock::views {

class FlowLayout;

class DetailsPane : public QWidget {
    Q_OBJECT
public:
    explicit DetailsPane(const QString& hint, QWidget* parent = nullptr);

    // `title` is set in the mono font when it is an id.
    void setTitle(const QString& title, const QString& caption, bool titleIsId = true);
    // What stands to the right of the title (a mark, a pill). Takes ownership.
    void setTitleWidget(QWidget* widget);
    // Adds a section under a heading; no heading when empty. Takes ownership. A section with a stretch above 0 takes
    // the room left. Returns heading and section as one widget, to hide them by.
    QWidget* addSection(const QString& heading, QWidget* section, int stretch = 0);
    // Adds a section that is one link: something to go to or to copy, rather than to act on.
    struct Link {
        QPushButton* button;
        QWidget* section;  // to hide it by
    };
    Link addLink(const QString& text = {});
    // Adds a button to the bar at the bottom.
    QPushButton* addAction(const QString& text, const QString& accessibleName = {});
    // Shows the details, or the hint.
    void setShown(bool shown);

private:
    QWidget* buildContent();

    QStackedWidget* m_stack;
    QLabel* m_title = nullptr;
    QLabel* m_caption = nullptr;
    QHBoxLayout* m_titleRow = nullptr;
    QVBoxLayout* m_sections = nullptr;
    FlowLayout* m_actions = nullptr;
    QWidget* m_actionBar = nullptr;
};

// Enables `button`, or disables it and says why in its tooltip. An empty `whyNot` enables.
void setAllowed(QPushButton& button, const QString& whyNot, const QString& tooltip = {});

}  // namespace drydock::views
