// GroupList: the thing groups, in the order people read names in.
// Thread: GUI. Borrows the client, which outlives it.
#pragma once

#include <vector>

#include <QObject>
#include <QString>

#include "models/desk_client.h"
#include "models/notice.h"

namespace drydock::models {

class GroupList : public QObject {
    Q_OBJECT
public:
    explicit GroupList(DeskClient& client, QObject* parent = nullptr);

    // Asks for them, and from then on follows what is committed.
    void load();
    [[nodiscard]] const std::vector<fleet::ThingGroup>& groups() const { return m_groups; }
    // nullptr: there is none. Valid until the next changed().
    [[nodiscard]] const fleet::ThingGroup* find(const QString& name) const;

signals:
    void changed();
    void failed(const drydock::models::Notice& notice);

private:
    DeskClient* m_client;
    std::vector<fleet::ThingGroup> m_groups;
    bool m_loading = false;
    bool m_again = false;  // they changed while they were being asked for
};

// The filter that finds a group's members in a list of devices: a dynamic group's query, else "groups:<name>".
[[nodiscard]] QString filterOf(const fleet::ThingGroup& group);

}  // namespace drydock::models
