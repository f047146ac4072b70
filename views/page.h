// Page: the base of everything the navigation can show.
//
// A page owns its widgets and models of its own; what pages share comes in a PageContext and outlives them. A page
// never shows another page, an action's preview or a message itself: it asks by signal and the window does it, so
// history, undo and messages behave alike everywhere.
// Thread: GUI.
#pragma once

#include <optional>

#include <QString>
#include <QStringList>
#include <QWidget>

#include "models/fleet/operator_action.h"
#include "views/icons.h"

namespace drydock::models {
struct DeskModels;
struct Notice;
}  // namespace drydock::models

namespace drydock::views {

class ViewSettings;

// The pages by the names that settings, history and the command line use.
namespace page_id {
inline constexpr const char* kOverview = "overview";
inline constexpr const char* kDevices = "devices";
inline constexpr const char* kFirmware = "firmware";
inline constexpr const char* kFailed = "failed";
inline constexpr const char* kAlerts = "alerts";
inline constexpr const char* kActivity = "activity";
inline constexpr const char* kQuarantine = "quarantine";
}  // namespace page_id

// Where to go: a page, and what to show there in the page's own terms: a filter text, or "=<id>" for one device,
// ZIP name or alert, or kEverything. An empty target leaves the page as it was.
inline constexpr const char* kEverything = "*";
struct Destination {
    QString page;
    QString target;
    // What the page's list is filtered by first, when going back to it; none: as it is.
    std::optional<QString> filter = {};
    friend bool operator==(const Destination& a, const Destination& b) {
        return a.page == b.page && a.target == b.target && a.filter == b.filter;
    }
};

// What pages share. References outlive every page. Models with a filter or a selection of their own belong to the page.
struct PageContext {
    models::DeskModels& models;
    ViewSettings& settings;
    bool readOnlyWindow = false;

    // Nothing may be done from here: the window was opened so, or the store is.
    [[nodiscard]] bool readOnly() const;
    // Why not, for the tooltip of what can't be used; empty: it can.
    [[nodiscard]] QString whyReadOnly() const;
};

class Page : public QWidget {
    Q_OBJECT
public:
    struct Face {
        QString id;     // of page_id
        QString title;  // translated
        Icon icon = Icon::overview;
    };
    explicit Page(Face face, QWidget* parent = nullptr);

    [[nodiscard]] const Face& face() const { return m_face; }

    // Shows what `target` names; see Destination.
    virtual void open(const QString& target);
    // What would bring the person back here as it is now; kept in the history.
    [[nodiscard]] virtual QString target() const;
    // What its list is filtered by, and filtering it so; a page without a filter has none.
    [[nodiscard]] virtual QString filterText() const;
    virtual void setFilterText(const QString& text);
    // Ctrl+F.
    virtual void focusFilter();
    // Ctrl+C: the selection as text, columns by tabs, rows by lines. Empty: nothing is selected.
    [[nodiscard]] virtual QString selectionAsText() const;

signals:
    void goTo(const drydock::views::Destination& destination);
    // The window previews these together: one panel, one confirmation, one undo. Of `action` only the target is still
    // to be named.
    void actionRequested(const drydock::fleet::ActionRequest& action, const QStringList& targets);
    // An audit entry to take back, after a preview.
    void undoRequested(quint64 auditSequence);
    // All that was done at once, by its first action.
    void bulkUndoRequested(quint64 bulk);
    void noticeRaised(const drydock::models::Notice& notice);
    void filterTextChanged();
    // The number beside the page's name in the navigation; 0: none.
    void badgeChanged(int count);

private:
    Face m_face;
};

}  // namespace drydock::views
