// GroupMenu: the selected devices out of a static group, into one, or into a new one: one action on the group, whatever
// the number of devices. Its entries are made as it opens; one that can't be chosen says why in its tooltip.
// Thread: GUI. Borrows the context, which outlives it.
#pragma once

#include <map>

#include <QMenu>
#include <QStringList>

#include "views/page.h"

namespace drydock::views {

class GroupMenu : public QMenu {
    Q_OBJECT
public:
    explicit GroupMenu(const PageContext& context, QWidget* parent = nullptr);

    // Whom it is about. `whyNot`: why nothing can be done now, whatever the group; empty: it can.
    void setDevices(const QStringList& devices, const QString& whyNot);

signals:
    void chosen(const drydock::fleet::ActionRequest& action, const QString& group);
    void newGroupWanted();

private:
    void fill();
    // One for `devices`; none of them: it can't be chosen.
    void addEntry(fleet::ActionKind kind, const QString& text, const QString& group, const QStringList& devices);
    // Those of the devices that are in each static group.
    [[nodiscard]] std::map<QString, QStringList> members() const;

    PageContext m_context;
    QStringList m_devices;
};

}  // namespace drydock::views
