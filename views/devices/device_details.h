// DeviceDetails: one device whole: the retry cycle with it in, its attributes against the backup, its groups, facts,
// timeline, and what can be done to it. Over several devices: how many, and the same actions for all of them.
//
// Follows the device by itself while it is shown; an answer for another one is dropped.
// Thread: GUI. Borrows the context, which outlives it.
#pragma once

#include <optional>
#include <vector>

#include "models/desk_client.h"
#include "models/timeline_model.h"
#include "views/devices/device_menu.h"
#include "views/page.h"
#include "views/widgets/details_pane.h"

class QLabel;
class QLineEdit;

namespace drydock::views {

class AttributeDiffView;
class CycleDiagram;
class FactGrid;
class GroupMemberships;
class GroupMenu;
class PhaseBadge;

class DeviceDetails : public DetailsPane {
    Q_OBJECT
public:
    explicit DeviceDetails(const PageContext& context, QWidget* parent = nullptr);

    // What is selected; empty: nothing. `states` are theirs as the list knows them, in the same order.
    void setDevices(const QStringList& ids, std::vector<fleet::CycleState> states);
    // More are selected than can be acted on together: says so.
    void setTooMany(qint64 count);
    [[nodiscard]] QStringList devices() const { return m_ids; }
    // What can be done to them, for a menu.
    [[nodiscard]] const QList<QAction*>& menuEntries() const { return m_menu->entries(); }
    // Puts the focus where the text of an assignment or a note goes.
    void editAssignee();

signals:
    void actionRequested(const drydock::fleet::ActionRequest& action, const QStringList& targets);
    void noticeRaised(const drydock::models::Notice& notice);
    void goTo(const drydock::views::Destination& destination);
    // A static group with these is to be named.
    void newGroupWanted(const QStringList& devices);

private:
    void buildSections();
    QWidget* buildPeople();
    QWidget* buildEdit();
    QWidget* buildGroups();
    void buildActions();
    void askFor(fleet::ActionKind kind, const QString& text = {});
    void fetch();
    void take(const storage::Result<fleet::DeviceDetail>& detail);
    void takeChanges(const fleet::FleetChanges& changes);
    void showDetail();
    void showFacts();
    void showFailures();
    void showMany();
    void showPeople();
    void refreshActions();
    [[nodiscard]] QString whyNotNow(fleet::ActionKind kind) const;
    [[nodiscard]] QString whyNotEdit() const;
    [[nodiscard]] QString whyNotGroup() const;
    void tick();
    [[nodiscard]] QString caption() const;

    struct ActionButton {
        fleet::ActionKind kind;
        QPushButton* button;
    };

    PageContext m_context;
    QStringList m_ids;
    std::vector<fleet::CycleState> m_states;
    std::optional<fleet::DeviceDetail> m_detail;
    models::TimelineModel m_timelineModel;
    PhaseBadge* m_phase;
    CycleDiagram* m_cycle;
    AttributeDiffView* m_attributes;
    FactGrid* m_failures;
    QWidget* m_failuresSection = nullptr;
    FactGrid* m_facts;
    QLineEdit* m_assignee = nullptr;
    QLineEdit* m_note = nullptr;
    QPushButton* m_saveAssignee = nullptr;
    QPushButton* m_saveNote = nullptr;
    QLineEdit* m_edits = nullptr;
    QPushButton* m_saveEdits = nullptr;
    QPushButton* m_more = nullptr;
    GroupMemberships* m_memberships;
    QPushButton* m_groups = nullptr;
    GroupMenu* m_groupMenu;
    DeviceMenu* m_menu;
    std::vector<ActionButton> m_actions;
    std::vector<QWidget*> m_onlyForOne;
    bool m_tooMany = false;
    std::uint64_t m_token = 0;  // of the devices shown
    bool m_fetching = false;
    bool m_fetchAgain = false;
};

}  // namespace drydock::views
