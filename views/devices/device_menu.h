// DeviceMenu: what can be done to the selected devices, as the entries of a menu: the steps of the cycle, other ends of
// a cool-off, groups, deletion. One that can't be chosen says why in its tooltip. Thread: GUI.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QList>
#include <QObject>

#include "models/fleet/operator_action.h"

class QAction;
class QMenu;

namespace drydock::views {

class DeviceMenu : public QObject {
    Q_OBJECT
public:
    // Borrows the menu of groups.
    DeviceMenu(std::function<std::int64_t()> now, QMenu& groups, QObject* parent = nullptr);
    ~DeviceMenu() override;

    // All entries, in order, for a menu of somebody else's.
    [[nodiscard]] const QList<QAction*>& entries() const { return m_actions; }
    // A menu of those that have no button of their own.
    [[nodiscard]] QMenu& more() { return *m_more; }
    // `whyNot` says of each kind why it can't be done now; empty: it can.
    void refresh(const std::function<QString(fleet::ActionKind)>& whyNot);

signals:
    void chosen(const drydock::fleet::ActionRequest& action);

private:
    void add(fleet::ActionKind kind, const QString& text, std::optional<std::int64_t> inMs = {});

    std::function<std::int64_t()> m_now;
    struct Entry {
        QAction* action;
        fleet::ActionKind kind;
    };
    QList<QAction*> m_actions;
    std::vector<Entry> m_entries;  // those of m_actions that say what they do themselves
    std::unique_ptr<QMenu> m_more;
};

}  // namespace drydock::views
