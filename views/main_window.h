// MainWindow: the desk: navigation, search, pages, messages, the preview of actions, and the status line.
//
// It only puts these together; what they do is theirs.
// Thread: GUI. Borrows the client, which outlives it. One at a time: it gives the application its theme.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include <QMainWindow>

#include "models/desk_models.h"
#include "views/page_history.h"
#include "views/shortcuts.h"
#include "views/theme.h"
#include "views/view_settings.h"

class QStackedWidget;
class QToolButton;

namespace drydock::views {

class ActionDesk;
class GroupBar;
class MessageBanner;
class Navigation;
class PreviewPanel;
class SearchBox;
class StatusLine;

struct WindowOptions {
    QString startPage;      // of page_id; empty: where the person left off
    bool readOnly = false;  // nothing can be done from this window
    ThemeChoice theme = ThemeChoice::followDesktop;
    QString settingsFile;  // empty: the person's own
    models::WallClock now = models::systemWallClock();
};

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(models::DeskClient& client, const WindowOptions& options = {});
    ~MainWindow() override;

    // Goes to what `target` names, as if typed into the search box: a device id, drydock://device/<id>, an alert's
    // text, a ZIP name, a filter.
    void open(const QString& target);
    void showPage(const QString& page);
    [[nodiscard]] Page* currentPage() const;
    [[nodiscard]] Page* page(const QString& id) const;  // nullptr: none
    // For what lives beside the window: tray, notifications.
    [[nodiscard]] models::DeskModels& models() { return m_models; }

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void takeFirstSize();
    void buildLayout();
    QWidget* buildTopBar();
    void addPages();
    void connectPage(Page& page);
    void addShortcuts();
    void addShortcut(const QKeySequence& keys, const QString& what, const std::function<void()>& act);
    void goTo(const Destination& destination);
    [[nodiscard]] Destination here() const;
    void arriveAt(const Destination& destination);
    void goBack();
    void goForward();
    void refreshHistoryButtons();
    void markWhereOneIs();
    void refreshStatus();
    void setPanelShown(bool shown);
    void placePanel();
    void copySelection();
    void showShortcuts();

    Theme m_theme;
    ViewSettings m_settings;
    models::DeskModels m_models;
    PageContext m_context;
    PageHistory m_history;
    QString m_openOnceLoaded;  // what was opened while devices were still being loaded
    std::map<QString, Page*> m_pages;
    std::vector<Shortcut> m_shortcuts;
    Navigation* m_navigation;
    GroupBar* m_groups;
    SearchBox* m_search;
    QToolButton* m_back;
    QToolButton* m_forward;
    QStackedWidget* m_stack;
    PreviewPanel* m_panel;
    MessageBanner* m_banner;
    StatusLine* m_status;
    ActionDesk* m_actions;
};

}  // namespace drydock::views
