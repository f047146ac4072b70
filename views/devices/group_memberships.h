// GroupMemberships: the groups one device is in and why, a line each; the group's name leads to its members.
// Thread: GUI.
#pragma once

#include <vector>

#include <QWidget>

#include "models/fleet/thing_group.h"

class QGridLayout;

namespace drydock::views {

class GroupMemberships : public QWidget {
    Q_OBJECT
public:
    explicit GroupMemberships(QWidget* parent = nullptr);

    void setMemberships(const std::vector<fleet::GroupMembership>& memberships);

signals:
    void groupClicked(const QString& group);

private:
    void addLine(QGridLayout& grid, int row, const fleet::GroupMembership& membership);

    QWidget* m_lines = nullptr;
};

}  // namespace drydock::views
