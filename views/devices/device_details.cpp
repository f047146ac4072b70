#include "views/devices/device_details.h"

#include <algorithm>
#include <array>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>
#include <QVariant>

#include "models/desk_models.h"
#include "models/fleet/attribute_edit.h"
#include "models/text.h"
#include "views/devices/device_actions.h"
#include "views/devices/group_memberships.h"
#include "views/devices/group_menu.h"
#include "views/devices/group_view.h"
#include "views/theme.h"
#include "views/widgets/attribute_diff_view.h"
#include "views/widgets/cycle_diagram.h"
#include "views/widgets/fact_grid.h"
#include "views/widgets/phase_badge.h"
#include "views/widgets/timeline_view.h"

namespace drydock::views {

using models::toText;

namespace {

using fleet::ActionKind;
constexpr int kTickMs = 1000;
constexpr int kLeastWidth = 448;
constexpr std::size_t kFailuresShown = 3;

QString valueText(const storage::AttributeValue& value) {
    if (const auto* string = value.as<std::string>()) return toText(*string);
    if (const auto* number = value.as<storage::Number>()) return toText(number->toString());
    if (const auto* flag = value.as<bool>()) return *flag ? QStringLiteral("true") : QStringLiteral("false");
    return QLatin1Char('<') + QLatin1String(storage::typeName(value.type())) + QLatin1Char('>');
}

}  // namespace

DeviceDetails::DeviceDetails(const PageContext& context, QWidget* parent)
    : DetailsPane(tr("Select a device to see its retry cycle, its attributes and what happened to it."), parent),
      m_context(context),
      m_timelineModel(context.models.client, context.models.now),
      m_phase(new PhaseBadge),
      m_cycle(new CycleDiagram),
      m_attributes(new AttributeDiffView),
      m_failures(new FactGrid),
      m_facts(new FactGrid),
      m_memberships(new GroupMemberships),
      m_groupMenu(new GroupMenu(context, this)),
      m_menu(new DeviceMenu(context.models.now, *m_groupMenu, this)) {
    setAccessibleName(tr("Device"));
    setMinimumWidth(scaled(kLeastWidth));
    buildSections();
    buildActions();
    connect(&m_context.models.client, &models::DeskClient::changed, this,
            [this](const std::shared_ptr<const fleet::FleetChanges>& changes) { takeChanges(*changes); });
    connect(&m_timelineModel, &models::TimelineModel::failed, this, &DeviceDetails::noticeRaised);
    connect(&m_timelineModel, &QAbstractItemModel::rowsInserted, this, &DeviceDetails::showFailures);
    connect(&m_timelineModel, &QAbstractItemModel::modelReset, this, &DeviceDetails::showFailures);
    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, &DeviceDetails::tick);
    timer->start(kTickMs);
}

void DeviceDetails::buildSections() {
    setTitleWidget(m_phase);
    auto* timeline = new TimelineView(m_timelineModel);
    m_onlyForOne = {addSection({}, m_cycle)};
    m_failuresSection = addSection(tr("Last failures"), m_failures);
    m_failuresSection->hide();
    m_onlyForOne.push_back(addSection(tr("Attributes"), m_attributes));
    addSection({}, buildEdit());
    addSection(tr("Groups"), buildGroups());
    m_onlyForOne.push_back(addSection(tr("Facts"), m_facts));
    addSection(tr("People"), buildPeople());
    m_onlyForOne.push_back(addSection(tr("Timeline"), timeline, 1));
}

QWidget* DeviceDetails::buildPeople() {
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::k2);
    grid->setVerticalSpacing(space::k2);
    const auto addLine = [&](int row, const QString& name, const QString& saveName, QLineEdit*& edit,
                             QPushButton*& save, ActionKind kind) {
        auto* label = new QLabel(name);
        label->setProperty("quiet", true);
        edit = new QLineEdit;
        edit->setAccessibleName(name);
        save = new QPushButton(tr("Save…"));
        save->setAccessibleName(saveName);
        label->setBuddy(edit);
        grid->addWidget(label, row, 0);
        grid->addWidget(edit, row, 1);
        grid->addWidget(save, row, 2);
        const auto request = [this, edit, kind] { askFor(kind, edit->text().trimmed()); };
        connect(save, &QPushButton::clicked, this, request);
        connect(edit, &QLineEdit::returnPressed, save, &QPushButton::click);
        connect(edit, &QLineEdit::textChanged, this, &DeviceDetails::refreshActions);
    };
    addLine(0, tr("Assignee"), tr("Save the assignee"), m_assignee, m_saveAssignee, ActionKind::assign);
    addLine(1, tr("Note"), tr("Save the note"), m_note, m_saveNote, ActionKind::setNote);
    m_assignee->setPlaceholderText(tr("nobody"));
    return box;
}

QWidget* DeviceDetails::buildEdit() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::k2);
    m_edits = new QLineEdit;
    m_edits->setPlaceholderText(tr("Edit: site=north -old"));
    m_edits->setAccessibleName(tr("Edit of attributes"));
    m_edits->setToolTip(tr("NAME=VALUE sets an attribute, -NAME removes one; several by spaces"));
    m_saveEdits = new QPushButton(tr("Save…"));
    m_saveEdits->setAccessibleName(tr("Save the attributes"));
    row->addWidget(m_edits, 1);
    row->addWidget(m_saveEdits);
    connect(m_edits, &QLineEdit::textChanged, this, &DeviceDetails::refreshActions);
    connect(m_edits, &QLineEdit::returnPressed, m_saveEdits, &QPushButton::click);
    connect(m_saveEdits, &QPushButton::clicked, this, [this] {
        fleet::ActionRequest action;
        action.kind = ActionKind::editAttributes;
        action.edits = parseAttributeEdits(m_edits->text());
        emit actionRequested(action, m_ids);
    });
    return box;
}

QWidget* DeviceDetails::buildGroups() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k2);
    m_groups = new QPushButton(tr("Static groups ▾"));
    m_groups->setAccessibleName(tr("Static groups"));
    m_groups->setMenu(m_groupMenu);
    layout->addWidget(m_memberships);
    layout->addWidget(m_groups, 0, Qt::AlignLeft);
    m_onlyForOne.push_back(m_memberships);
    connect(m_memberships, &GroupMemberships::groupClicked, this, [this](const QString& name) {
        if (const fleet::ThingGroup* group = m_context.models.groups.find(name)) emit goTo(viewOf(*group));
    });
    connect(m_groupMenu, &GroupMenu::newGroupWanted, this, [this] { emit newGroupWanted(m_ids); });
    connect(m_groupMenu, &GroupMenu::chosen, this, [this](const fleet::ActionRequest& action, const QString& group) {
        emit actionRequested(action, {group});
    });
    return box;
}

void DeviceDetails::askFor(ActionKind kind, const QString& text) {
    emit actionRequested(fleet::ActionRequest{kind, {}, text.toStdString(), {}}, m_ids);
}

void DeviceDetails::buildActions() {
    const std::array<std::pair<ActionKind, QString>, 3> offered = {{
        {ActionKind::restoreAttributes, tr("Restore…")},
        {ActionKind::resetCounters, tr("Reset…")},
        {ActionKind::release, tr("Release…")},
    }};
    for (const auto& [kind, label] : offered) {
        QPushButton* button = addAction(label);
        connect(button, &QPushButton::clicked, this, [this, wanted = kind] { askFor(wanted); });
        m_actions.push_back({kind, button});
    }
    connect(m_menu, &DeviceMenu::chosen, this,
            [this](const fleet::ActionRequest& action) { emit actionRequested(action, m_ids); });
    m_more = addAction(tr("More ▾"), tr("More actions"));
    m_more->setMenu(&m_menu->more());
}

void DeviceDetails::setDevices(const QStringList& ids, std::vector<fleet::CycleState> states) {
    m_states = std::move(states);
    m_tooMany = false;
    if (ids == m_ids) {
        if (ids.size() > 1) showMany();
        refreshActions();
        return;
    }
    m_ids = ids;
    ++m_token;
    m_detail.reset();
    m_fetching = false;
    m_assignee->setModified(false);
    m_note->setModified(false);
    m_edits->clear();
    m_timelineModel.setDevice(ids.size() == 1 ? ids.first() : QString());
    for (QWidget* section : m_onlyForOne) section->setVisible(ids.size() == 1);
    m_failuresSection->hide();
    m_phase->setVisible(ids.size() == 1);
    setShown(!ids.isEmpty());
    if (ids.size() == 1) {
        setTitle(ids.first(), tr("Loading …"));
        m_cycle->clear();
        m_attributes->setAttributes({}, std::nullopt);
        m_memberships->setMemberships({});
        fetch();
    } else if (ids.size() > 1) {
        showMany();
        showPeople();
    }
    refreshActions();
}

void DeviceDetails::setTooMany(qint64 count) {
    setDevices({}, {});
    m_tooMany = true;
    setShown(true);
    for (QWidget* section : m_onlyForOne) section->hide();
    m_failuresSection->hide();
    m_phase->hide();
    setTitle(tr("%1 devices").arg(models::Format::count(static_cast<std::uint64_t>(count))),
             tr("That is too many to act on together. Select fewer."), false);
    refreshActions();
}

void DeviceDetails::editAssignee() {
    m_assignee->setFocus(Qt::OtherFocusReason);
}

void DeviceDetails::fetch() {
    if (m_fetching) {
        m_fetchAgain = true;
        return;
    }
    m_fetching = true;
    m_fetchAgain = false;
    m_context.models.client.fetchDevice(m_ids.first(), this,
                                        [this, token = m_token](const storage::Result<fleet::DeviceDetail>& detail) {
                                            if (token == m_token) take(detail);
                                        });
}

void DeviceDetails::take(const storage::Result<fleet::DeviceDetail>& detail) {
    m_fetching = false;
    if (detail) {
        m_detail = *detail;
        showDetail();
    } else if (detail.error().code == storage::ErrorCode::notFound) {
        setTitle(m_ids.first(), tr("The registry has no such device any more."));
    } else {
        emit noticeRaised(models::noticeFrom(detail.error(), tr("The device could not be read")));
    }
    if (m_fetchAgain) fetch();
}

void DeviceDetails::takeChanges(const fleet::FleetChanges& changes) {
    if (m_ids.size() != 1) return;
    const std::string id = m_ids.first().toStdString();
    const bool concerned = std::any_of(changes.devices.begin(), changes.devices.end(),
                                       [&id](const fleet::DevicePatch& patch) { return patch.id == id; });
    if (concerned || changes.groupsChanged) fetch();
}

QString DeviceDetails::caption() const {
    if (!m_detail) return {};
    QStringList parts;
    if (m_detail->status) {
        const fleet::DeviceStatus& status = *m_detail->status;
        if (!status.reportedModel.empty()) parts.append(toText(status.reportedModel));
        if (!status.reportedFw.empty()) parts.append(tr("FW %1").arg(toText(status.reportedFw)));
        parts.append(tr("seen %1").arg(models::Format::relativeTime(status.lastSeenMs, m_context.models.now())));
    } else {
        parts.append(tr("never heard of"));
    }
    return parts.join(QStringLiteral(" · "));
}

void DeviceDetails::showDetail() {
    const fleet::DeviceDetail& detail = *m_detail;
    setTitle(m_ids.first(), caption());
    if (detail.retries) {
        m_cycle->setCycle(detail.retries->cycle, m_context.models.client.limits(), m_context.models.now());
        m_states = {detail.retries->cycle};
    } else {
        m_cycle->clear();
        m_states = {fleet::CycleState{}};
    }
    m_phase->setMark(markOf(m_states.front().phase));
    m_attributes->setAttributes(detail.thing.attributes, detail.backup);
    m_memberships->setMemberships(detail.memberships);
    showFailures();
    showFacts();
    showPeople();
    refreshActions();
}

// What led here, for whoever has to decide; the timeline has the rest.
void DeviceDetails::showFailures() {
    m_failures->clear();
    std::size_t shown = 0;
    for (int row = 0; row < m_timelineModel.rowCount() && shown < kFailuresShown; ++row) {
        const fleet::HistoryEntry& entry = m_timelineModel.entry(row);
        if (entry.kind != fleet::HistoryKind::message || entry.what != fleet::kFailedStatus) continue;
        m_failures->add(models::Format::dateTime(entry.atMs), toText(entry.detail));
        ++shown;
    }
    const bool inCycle = m_states.size() == 1 && m_states.front().phase != fleet::Phase::well;
    m_failuresSection->setVisible(m_ids.size() == 1 && inCycle && shown > 0);
}

void DeviceDetails::showFacts() {
    m_facts->clear();
    const fleet::DeviceDetail& detail = *m_detail;
    if (detail.retries) {
        const fleet::RetryRecord& retries = *detail.retries;
        if (!retries.fault.empty()) m_facts->add(tr("Fault"), toText(retries.fault), "bad");
        m_facts->add(tr("Counters"), tr("RetryCounter %1 · ResetRetryCount %2")
                                         .arg(retries.cycle.retryCounter)
                                         .arg(retries.cycle.resetRetryCount));
        m_facts->add(tr("Phase since"), models::Format::dateTime(retries.cycle.phaseSinceMs));
        if (retries.cycle.reportsSuccess) {
            m_facts->add(tr("Reports success"), tr("yes: a person decides"), "warning");
        }
    }
    if (detail.status) {
        const fleet::DeviceStatus& status = *detail.status;
        m_facts->add(tr("Last status"), toText(status.lastStatus));
        m_facts->add(tr("Last seen"), models::Format::dateTime(status.lastSeenMs));
        const QString clock = models::Format::dateTime(status.deviceTimeMs, models::TimeZone::utc);
        if (status.clockIsOff()) {
            m_facts->add(tr("Device clock"), tr("%1: off by more than 5 min").arg(clock), "warning");
        } else {
            m_facts->add(tr("Device clock"), clock);
        }
        for (const auto& [name, value] : status.values) m_facts->addId(toText(name), valueText(value));
    }
    m_facts->add(tr("Registered"), models::Format::dateTime(detail.thing.registeredMs));
}

void DeviceDetails::showPeople() {
    // What somebody is typing is theirs until it is saved or another device is selected.
    if (!m_assignee->isModified()) m_assignee->setText(m_detail ? toText(m_detail->thing.assignee) : QString());
    if (!m_note->isModified()) m_note->setText(m_detail ? toText(m_detail->thing.note) : QString());
}

void DeviceDetails::showMany() {
    QStringList parts;
    for (const Mark mark : kAllMarks) {
        const auto count = std::count_if(m_states.begin(), m_states.end(), [mark](const fleet::CycleState& state) {
            return markOf(state.phase) == mark;
        });
        if (count > 0)
            parts.append(
                QStringLiteral("%1 %2").arg(models::Format::count(static_cast<std::uint64_t>(count)), markWord(mark)));
    }
    setTitle(tr("%1 devices").arg(models::Format::count(static_cast<std::uint64_t>(m_ids.size()))),
             parts.join(QStringLiteral(" · ")), false);
}

QString DeviceDetails::whyNotNow(ActionKind kind) const {
    if (m_context.readOnly()) return m_context.whyReadOnly();
    if (m_tooMany) return tr("Too many devices are selected.");
    if (m_ids.isEmpty()) return tr("Select a device first.");
    const bool nothingToRestore = m_ids.size() == 1 && m_detail && !m_detail->backup;
    if (kind == ActionKind::restoreAttributes && nothingToRestore) return tr("There is no backup to restore.");
    return whyNot(kind, m_states, m_context.models.now(), m_context.models.client.limits());
}

QString DeviceDetails::whyNotEdit() const {
    if (QString reason = whyNotNow(ActionKind::editAttributes); !reason.isEmpty()) return reason;
    const auto edits = parseAttributeEdits(m_edits->text());
    if (edits.empty()) return tr("Write NAME=VALUE to set an attribute, -NAME to remove one.");
    const auto checked = fleet::checkAttributeEdits(edits);
    return checked ? QString() : toText(checked.error().message);
}

QString DeviceDetails::whyNotGroup() const {
    if (QString reason = whyNotNow(ActionKind::addToGroup); !reason.isEmpty()) return reason;
    if (static_cast<std::size_t>(m_ids.size()) <= fleet::kMostMembersAtOnce) return {};
    return tr("A group takes %1 devices at once at most. Select fewer.").arg(fleet::kMostMembersAtOnce);
}

void DeviceDetails::refreshActions() {
    m_groupMenu->setDevices(m_ids, whyNotGroup());
    setAllowed(*m_groups, whyNotGroup(), m_groupMenu->menuAction()->toolTip());
    for (const ActionButton& action : m_actions) {
        setAllowed(*action.button, whyNotNow(action.kind),
                   models::Format::action(action.kind) + tr(": shows first what would change"));
    }
    m_menu->refresh([this](ActionKind kind) { return whyNotNow(kind); });
    // Its entries say why not, each for itself.
    m_more->setToolTip(tr("Mark failed, cool-offs, groups, deletion"));
    const QString shows = tr("Shows first what would change");
    setAllowed(*m_saveEdits, whyNotEdit(), shows);
    const auto allowSave = [&](QPushButton& save, const QLineEdit& edit, ActionKind kind, const QString& stored) {
        const QString reason = whyNotNow(kind);
        const bool same = m_ids.size() == 1 && edit.text().trimmed() == stored;
        setAllowed(save, reason.isEmpty() && same ? tr("It says that already.") : reason, shows);
    };
    allowSave(*m_saveAssignee, *m_assignee, ActionKind::assign,
              m_detail ? toText(m_detail->thing.assignee) : QString());
    allowSave(*m_saveNote, *m_note, ActionKind::setNote, m_detail ? toText(m_detail->thing.note) : QString());
}

void DeviceDetails::tick() {
    if (!isVisible() || !m_detail) return;
    m_cycle->setNow(m_context.models.now());
    setTitle(m_ids.first(), caption());
}

}  // namespace drydock::views
