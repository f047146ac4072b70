// FakeDeskClient: a DeskClient over values in memory, for tests of models and views. It keeps the fleet's rules where a
// screen can tell (the cycle's steps, release statuses, conflicts, undo) and forgets the rest.
//
// Answers come through the event loop, as the real ones do; while hold(true) they wait until answerNext() or
// answerAll(), so that a test decides in which order things happen.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <QMetaObject>
#include <QPointer>

#include "models/desk_client.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"

namespace drydock::tests {

class FakeDeskClient : public models::DeskClient {
public:
    // The values the desk holds. A test sets them before it loads, or through the calls below to tell the screens.
    struct Values {
        std::map<std::string, fleet::DeviceDetail> devices;
        std::map<std::string, std::vector<fleet::HistoryEntry>> histories;  // oldest first
        std::vector<fleet::Alert> alerts;
        std::vector<fleet::FirmwareRecord> firmware;
        std::vector<fleet::ThingGroup> groups;
        fleet::ProductModels productModels;
        std::vector<fleet::AuditEntry> audit;  // oldest first
        std::vector<fleet::QuarantinedMessage> quarantine;
        fleet::DeskStatus status;
        fleet::Limits limits;
        std::int64_t nowMs = 1'711'320'000'000;
        std::size_t pageSize = 20;
        std::size_t pieceSize = 100;
    };
    Values values;
    // Set: every call that asks is answered with this error.
    std::optional<storage::Error> failWith;
    std::vector<QString> imported;  // paths given to importFirmware()
    struct Saved {
        QString zipName;
        QString path;
    };
    std::vector<Saved> saved;  // what saveFirmware() was asked for

    using DeskClient::DeskClient;

    // --- what screens ask
    void loadDevices(QObject* context, Answer<DevicePiece> answer) override {
        if (refuse<DevicePiece>(context, answer)) return;
        std::vector<DevicePiece> pieces(1);
        for (const auto& [id, detail] : values.devices) {
            if (pieces.back().patches.size() == values.pieceSize) pieces.emplace_back();
            pieces.back().patches.push_back(patchOf(detail));
        }
        pieces.back().done = true;
        for (DevicePiece& piece : pieces) reply<DevicePiece>(context, answer, std::move(piece));
    }

    void fetchDevice(const QString& id, QObject* context, Answer<fleet::DeviceDetail> answer) override {
        if (refuse<fleet::DeviceDetail>(context, answer)) return;
        const auto found = values.devices.find(id.toStdString());
        if (found == values.devices.end())
            reply<fleet::DeviceDetail>(context, answer, notFound());
        else
            reply<fleet::DeviceDetail>(context, answer, withMemberships(found->second));
    }

    void fetchHistory(const QString& deviceId, std::optional<std::uint64_t> beforeSequence, QObject* context,
                      Answer<fleet::HistoryPage> answer) override {
        if (refuse<fleet::HistoryPage>(context, answer)) return;
        fleet::HistoryPage page;
        const auto& history = values.histories[deviceId.toStdString()];
        for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {
            if (beforeSequence && entry->sequence >= *beforeSequence) continue;
            if (page.entries.size() == values.pageSize) {
                page.nextBefore = page.entries.back().sequence;
                break;
            }
            page.entries.push_back(*entry);
        }
        reply<fleet::HistoryPage>(context, answer, std::move(page));
    }

    void fetchAlerts(QObject* context, Answer<std::vector<fleet::Alert>> answer) override {
        replyUnlessFailing(context, answer, values.alerts);
    }

    void fetchFirmware(QObject* context, Answer<std::vector<fleet::FirmwareRecord>> answer) override {
        replyUnlessFailing(context, answer, values.firmware);
    }

    void fetchGroups(QObject* context, Answer<std::vector<fleet::ThingGroup>> answer) override {
        replyUnlessFailing(context, answer, values.groups);
    }

    void fetchProductModels(QObject* context, Answer<fleet::ProductModels> answer) override {
        replyUnlessFailing(context, answer, values.productModels);
    }

    void fetchAudit(std::optional<std::uint64_t> beforeSequence, QObject* context,
                    Answer<std::vector<fleet::AuditEntry>> answer) override {
        std::vector<fleet::AuditEntry> page;
        for (auto entry = values.audit.rbegin(); entry != values.audit.rend() && page.size() < values.pageSize; ++entry)
            if (!beforeSequence || entry->sequence < *beforeSequence) page.push_back(*entry);
        replyUnlessFailing(context, answer, std::move(page));
    }

    void fetchBulk(std::uint64_t first, QObject* context, Answer<std::vector<fleet::AuditEntry>> answer) override {
        std::vector<fleet::AuditEntry> bulk;
        for (const fleet::AuditEntry& entry : values.audit)
            if (entry.bulk == first) bulk.push_back(entry);
        replyUnlessFailing(context, answer, std::move(bulk));
    }

    void fetchQuarantine(QObject* context, Answer<std::vector<fleet::QuarantinedMessage>> answer) override {
        replyUnlessFailing(context, answer, values.quarantine);
    }

    void preview(const fleet::ActionRequest& request, QObject* context, Answer<fleet::ActionPreview> answer) override {
        if (refuse<fleet::ActionPreview>(context, answer)) return;
        reply<fleet::ActionPreview>(context, answer, plan(request));
    }

    void perform(const fleet::ActionPreview& preview, const QString& screen, QObject* context,
                 Answer<fleet::ActionOutcome> answer) override {
        if (refuse<fleet::ActionOutcome>(context, answer)) return;
        reply<fleet::ActionOutcome>(context, answer, act(preview, screen.toStdString()));
    }

    void previewUndo(std::uint64_t auditSequence, QObject* context, Answer<fleet::ActionPreview> answer) override {
        if (refuse<fleet::ActionPreview>(context, answer)) return;
        reply<fleet::ActionPreview>(context, answer, planUndo(auditSequence));
    }

    void undo(std::uint64_t auditSequence, const QString& screen, QObject* context,
              Answer<fleet::ActionOutcome> answer) override {
        if (refuse<fleet::ActionOutcome>(context, answer)) return;
        reply<fleet::ActionOutcome>(context, answer, takeBack(auditSequence, screen.toStdString()));
    }

    void importFirmware(const QString& path, QObject* context, Answer<fleet::FirmwareRecord> answer) override {
        imported.push_back(path);
        if (refuse<fleet::FirmwareRecord>(context, answer)) return;
        fleet::FirmwareRecord record;
        record.productId = "wo:v8";
        record.application = "main";
        record.version = "2026.12." + std::to_string(values.firmware.size());
        record.zipName = "imported-" + std::to_string(values.firmware.size()) + ".zip";
        record.originalName = path.toStdString();
        record.status = fleet::ReleaseStatus::readyToTest;
        record.uploadedAtS = values.nowMs / 1000;
        tell(record);
        reply<fleet::FirmwareRecord>(context, answer, record);
    }

    void saveFirmware(const QString& zipName, const QString& path, QObject* context,
                      Answer<std::uint64_t> answer) override {
        saved.push_back({zipName, path});
        const fleet::FirmwareRecord* record = findFirmware(zipName.toStdString());
        replyUnlessFailing(context, answer, record == nullptr ? std::uint64_t{0} : record->zipSizeBytes);
    }

    [[nodiscard]] const fleet::DeskStatus& status() const override { return values.status; }
    [[nodiscard]] const fleet::Limits& limits() const override { return values.limits; }

    // --- what a test decides
    void hold(bool holding) {
        m_holding = holding;
        if (!holding) schedule();
    }
    [[nodiscard]] std::size_t waiting() const { return m_answers.size(); }
    void answerNext() {
        if (m_answers.empty()) return;
        const std::function<void()> next = std::move(m_answers.front());
        m_answers.pop_front();
        next();
    }
    void answerAll() {
        while (!m_answers.empty()) answerNext();
    }

    // Stores a value and tells the screens of it.
    void tell(const fleet::DeviceDetail& device) {
        values.devices[device.thing.name] = device;
        ++m_revisions[device.thing.name];
        fleet::FleetChanges changes;
        changes.devices.push_back(patchOf(device));
        tellChanges(std::move(changes));
    }
    void tell(const fleet::Alert& alert) {
        store(values.alerts, alert, &fleet::Alert::id);
        ++m_revisions[alert.id];
        fleet::FleetChanges changes;
        changes.alerts.push_back(alert);
        tellChanges(std::move(changes));
    }
    void tell(const fleet::FirmwareRecord& record) {
        store(values.firmware, record, &fleet::FirmwareRecord::zipName);
        ++m_revisions[record.zipName];
        fleet::FleetChanges changes;
        changes.firmware.push_back(record);
        tellChanges(std::move(changes));
    }
    void tell(const fleet::ThingGroup& group) {
        store(values.groups, group, &fleet::ThingGroup::name);
        ++m_revisions[group.name];
        tellGroups();
    }
    void tell(const fleet::AuditEntry& entry) {
        store(values.audit, entry, &fleet::AuditEntry::sequence);
        fleet::FleetChanges changes;
        changes.audit.push_back(entry);
        tellChanges(std::move(changes));
    }
    void tell(const fleet::QuarantinedMessage& message) {
        values.quarantine.insert(values.quarantine.begin(), message);
        fleet::FleetChanges changes;
        changes.quarantineChanged = true;
        tellChanges(std::move(changes));
    }
    void tellHistory(const std::string& deviceId, fleet::HistoryEntry entry) {
        entry.sequence = ++m_sequence;
        values.histories[deviceId].push_back(std::move(entry));
        fleet::FleetChanges changes;
        changes.devicesWithHistory.push_back(deviceId);
        tellChanges(std::move(changes));
    }
    // By value: the name may be the one in the record that goes.
    void tellRemoved(std::string deviceId) {
        values.devices.erase(deviceId);
        fleet::FleetChanges changes;
        changes.devices.push_back({std::move(deviceId), {}, {}, {}, true});
        tellChanges(std::move(changes));
    }
    void tellRemovedFirmware(const std::string& zipName) {
        values.firmware.erase(std::remove_if(values.firmware.begin(), values.firmware.end(),
                                             [&](const auto& record) { return record.zipName == zipName; }),
                              values.firmware.end());
        fleet::FleetChanges changes;
        changes.removedFirmware.push_back(zipName);
        tellChanges(std::move(changes));
    }
    void tellRemovedGroup(const std::string& name) {
        std::erase_if(values.groups, [&name](const fleet::ThingGroup& group) { return group.name == name; });
        ++m_revisions[name];
        tellGroups();
    }
    void tellChanges(fleet::FleetChanges changes) {
        emit changed(std::make_shared<const fleet::FleetChanges>(std::move(changes)));
    }
    void tellStatus(const fleet::DeskStatus& status) {
        values.status = status;
        emit statusChanged();
    }

    [[nodiscard]] static fleet::DevicePatch patchOf(const fleet::DeviceDetail& detail) {
        return {detail.thing.name, detail.thing, detail.status, detail.retries, false};
    }

private:
    // What one action did, kept for its undo.
    struct Done {
        std::string target;
        int revision = 0;  // after it
        std::function<void()> restore;
    };

    template <class T>
    void reply(QObject* context, const Answer<T>& answer, storage::Result<T> value) {
        m_answers.push_back([guard = QPointer<QObject>(context), answer, value = std::move(value)]() mutable {
            if (guard) answer(std::move(value));
        });
        schedule();
    }
    template <class T>
    bool refuse(QObject* context, const Answer<T>& answer) {
        if (failWith) reply<T>(context, answer, storage::fail(*failWith));
        return failWith.has_value();
    }
    template <class T>
    void replyUnlessFailing(QObject* context, const Answer<T>& answer, T value) {
        if (!refuse<T>(context, answer)) reply<T>(context, answer, std::move(value));
    }
    void schedule() {
        if (m_holding) return;
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (!m_holding) answerNext();
                if (!m_holding && !m_answers.empty()) schedule();
            },
            Qt::QueuedConnection);
    }
    static tl::unexpected<storage::Error> notFound() {
        return storage::fail(storage::ErrorCode::notFound, "There is no such record.");
    }
    template <class T, class Key>
    static void store(std::vector<T>& all, const T& value, Key T::*key) {
        const auto known = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.*key == value.*key; });
        if (known == all.end())
            all.push_back(value);
        else
            *known = value;
    }
    fleet::Alert* findAlert(const std::string& id) {
        const auto found =
            std::find_if(values.alerts.begin(), values.alerts.end(), [&](const auto& alert) { return alert.id == id; });
        return found == values.alerts.end() ? nullptr : &*found;
    }
    fleet::FirmwareRecord* findFirmware(const std::string& zipName) {
        const auto found = std::find_if(values.firmware.begin(), values.firmware.end(),
                                        [&](const auto& record) { return record.zipName == zipName; });
        return found == values.firmware.end() ? nullptr : &*found;
    }

    // The rule itself, over the rows that this client doesn't keep.
    [[nodiscard]] fleet::DeviceDetail withMemberships(fleet::DeviceDetail device) const {
        const std::string& id = device.thing.name;
        storage::Item thing = fleet::rows::key(fleet::tables::kThings, id);
        fleet::rows::write(device.thing, thing);
        storage::Item retries = fleet::rows::key(fleet::tables::kRetries, id);
        if (device.retries) fleet::rows::write(id, *device.retries, retries);
        device.memberships = fleet::membershipsOf(thing, &retries, fleet::GroupIndex(values.groups));
        return device;
    }

    void tellGroups() {
        fleet::FleetChanges changes;
        changes.groupsChanged = true;
        tellChanges(std::move(changes));
    }

    // What an action on a group leaves behind: all groups, and the devices that enter or leave a static one.
    struct GroupsAfter {
        std::vector<fleet::ThingGroup> groups;
        std::vector<fleet::DeviceDetail> devices;
    };

    storage::Result<GroupsAfter> groupsAfter(const fleet::ActionRequest& request) const {
        GroupsAfter after{values.groups, {}};
        const auto group = std::find_if(after.groups.begin(), after.groups.end(),
                                        [&](const auto& each) { return each.name == request.target; });
        const bool creates = request.kind == fleet::ActionKind::createGroup;
        if (!creates && group == after.groups.end()) return notFound();
        if (creates && group != after.groups.end())
            return storage::fail(storage::ErrorCode::refused, "There is such a group already.");
        if (!request.text.empty()) DRYDOCK_TRY(fleet::compileGroupQuery(request.text));
        std::vector<std::string> things = request.things;
        if (creates) {
            DRYDOCK_TRY(fleet::checkGroupName(request.target));
            fleet::ThingGroup made{request.target, {}, values.nowMs, !request.text.empty()};
            if (made.filling) made.query = request.text;
            after.groups.push_back(std::move(made));
        } else if (request.kind == fleet::ActionKind::editGroup) {
            group->query = request.text;
            group->filling = true;
        } else if (request.kind == fleet::ActionKind::deleteGroup) {
            for (const auto& [id, device] : values.devices) things.push_back(id);
            after.groups.erase(group);
        }
        const bool adds = creates || request.kind == fleet::ActionKind::addToGroup;
        for (const std::string& id : things) {
            fleet::DeviceDetail device = values.devices.at(id);
            auto& groups = device.thing.groups;
            const auto place = std::find(groups.begin(), groups.end(), request.target);
            if ((place != groups.end()) == adds) continue;
            if (adds) {
                groups.push_back(request.target);
            } else {
                groups.erase(place);
            }
            after.devices.push_back(std::move(device));
        }
        return after;
    }

    // Takes over what an action on a group leaves behind; what undoes that.
    std::function<void()> setGroups(const std::string& name, const GroupsAfter& after) {
        GroupsAfter before{values.groups, {}};
        for (const fleet::DeviceDetail& device : after.devices) {
            before.devices.push_back(values.devices.at(device.thing.name));
            tell(device);
        }
        values.groups = after.groups;
        ++m_revisions[name];
        tellGroups();
        return [this, name, before = std::move(before)] { setGroups(name, before); };
    }

    storage::Result<fleet::ActionPreview> planGroup(fleet::ActionPreview preview) const {
        const fleet::ActionRequest& request = preview.request;
        DRYDOCK_ASSIGN(const GroupsAfter after, groupsAfter(request));
        const auto queryIn = [&request](const std::vector<fleet::ThingGroup>& groups) {
            for (const fleet::ThingGroup& group : groups)
                if (group.name == request.target) return group.query.value_or("");
            return std::string();
        };
        if (queryIn(values.groups) != queryIn(after.groups))
            preview.changes.push_back({"query", queryIn(values.groups), queryIn(after.groups)});
        const auto joined = [](const std::vector<std::string>& groups) {
            std::string text;
            for (const std::string& group : groups) text += (text.empty() ? "" : ", ") + group;
            return text;
        };
        for (const fleet::DeviceDetail& device : after.devices)
            preview.changes.push_back({device.thing.name + ": groups",
                                       joined(values.devices.at(device.thing.name).thing.groups),
                                       joined(device.thing.groups)});
        if (request.kind == fleet::ActionKind::deleteGroup)
            preview.warnings.push_back("It has " + std::to_string(membersOf(request.target)) + " members.");
        return preview;
    }

    [[nodiscard]] std::size_t membersOf(const std::string& group) const {
        return static_cast<std::size_t>(
            std::count_if(values.devices.begin(), values.devices.end(), [&](const auto& each) {
                const auto memberships = withMemberships(each.second).memberships;
                return std::any_of(memberships.begin(), memberships.end(),
                                   [&group](const auto& one) { return one.group == group; });
            }));
    }

    storage::Result<fleet::ActionPreview> plan(const fleet::ActionRequest& request) {
        fleet::ActionPreview preview;
        preview.request = request;
        fleet::RowChange row;
        row.table = "fake";
        row.key = {{"id", request.target}};
        row.before = storage::Item{{"revision", m_revisions[request.target]}};
        preview.rows.push_back(std::move(row));
        if (actionSubject(request.kind) == fleet::ActionSubject::group) return planGroup(std::move(preview));
        if (const auto device = values.devices.find(request.target); device != values.devices.end()) {
            DRYDOCK_ASSIGN(fleet::DeviceDetail after, deviceAfter(device->second, request));
            describe(device->second, after, preview.changes);
            return preview;
        }
        if (fleet::Alert* alert = findAlert(request.target)) {
            DRYDOCK_ASSIGN(const fleet::Alert after, alertAfter(*alert, request));
            preview.changes.push_back({"state", alertStateName(alert->state), alertStateName(after.state)});
            return preview;
        }
        if (fleet::FirmwareRecord* record = findFirmware(request.target)) {
            DRYDOCK_ASSIGN(const fleet::FirmwareRecord after, firmwareAfter(*record, request));
            preview.changes.push_back(
                {"release_status", releaseStatusName(record->status), releaseStatusName(after.status)});
            preview.subject = record->productId + ' ' + record->application + ' ' + record->version;
            preview.canUndo = request.kind != fleet::ActionKind::deleteFirmware;
            return preview;
        }
        return notFound();
    }

    storage::Result<fleet::ActionOutcome> act(const fleet::ActionPreview& preview, const std::string& screen) {
        const fleet::ActionRequest& request = preview.request;
        if (preview.rows.front().before->integer("revision") != m_revisions[request.target])
            return storage::fail(storage::ErrorCode::conflict, "It changed since it was previewed.");
        std::function<void()> restore;
        if (actionSubject(request.kind) == fleet::ActionSubject::group) {
            DRYDOCK_ASSIGN(const GroupsAfter after, groupsAfter(request));
            restore = setGroups(request.target, after);
        } else if (const auto device = values.devices.find(request.target); device != values.devices.end()) {
            DRYDOCK_ASSIGN(const fleet::DeviceDetail after, deviceAfter(device->second, request));
            restore = [this, before = device->second] { tell(before); };
            tell(after);
        } else if (fleet::Alert* alert = findAlert(request.target)) {
            DRYDOCK_ASSIGN(const fleet::Alert after, alertAfter(*alert, request));
            restore = [this, before = *alert] { tell(before); };
            tell(after);
        } else if (fleet::FirmwareRecord* record = findFirmware(request.target)) {
            DRYDOCK_ASSIGN(const fleet::FirmwareRecord after, firmwareAfter(*record, request));
            restore = [this, before = *record] { tell(before); };
            tell(after);
        } else {
            return notFound();
        }
        const std::string summary = std::string(actionName(request.kind)) + " " + request.target + ".";
        const std::uint64_t sequence = audit(preview, screen, actionName(request.kind), summary);
        m_done[sequence] = {request.target, m_revisions[request.target], std::move(restore)};
        return fleet::ActionOutcome{sequence, summary, preview.canUndo};
    }

    storage::Result<fleet::ActionPreview> planUndo(std::uint64_t sequence) {
        const auto done = m_done.find(sequence);
        if (done == m_done.end()) return notFound();
        if (m_revisions[done->second.target] != done->second.revision)
            return storage::fail(storage::ErrorCode::refused, "It has changed since.");
        fleet::ActionPreview preview;
        preview.request.target = done->second.target;
        for (const fleet::AuditEntry& entry : values.audit) {
            if (entry.sequence != sequence) continue;
            for (const fleet::FieldChange& change : entry.changes)
                preview.changes.push_back({change.field, change.after, change.before});
        }
        return preview;
    }

    storage::Result<fleet::ActionOutcome> takeBack(std::uint64_t sequence, const std::string& screen) {
        DRYDOCK_ASSIGN(const fleet::ActionPreview preview, planUndo(sequence));
        const Done done = m_done.extract(sequence).mapped();
        done.restore();
        const std::string summary = "Took back what was done to " + done.target + ".";
        const std::uint64_t undo = audit(preview, screen, "undo", summary);
        for (const fleet::AuditEntry& entry : std::vector(values.audit)) {
            if (entry.sequence != sequence) continue;
            fleet::AuditEntry undone = entry;
            undone.undoable = false;
            undone.undoneBy = undo;
            tell(undone);
        }
        return fleet::ActionOutcome{undo, summary, false};
    }

    std::uint64_t audit(const fleet::ActionPreview& preview, const std::string& screen, const std::string& action,
                        const std::string& summary) {
        fleet::AuditEntry entry;
        entry.sequence = ++m_sequence;
        entry.atMs = values.nowMs;
        entry.who = "tester";
        entry.screen = screen;
        entry.action = action;
        entry.target = preview.request.target;
        entry.why = preview.request.why;
        entry.summary = summary;
        entry.changes = preview.changes;
        if (preview.request.bulk) entry.bulk = *preview.request.bulk == 0 ? entry.sequence : *preview.request.bulk;
        entry.undoable = preview.canUndo && action != "undo";
        tell(entry);
        return entry.sequence;
    }

    static void describe(const fleet::DeviceDetail& before, const fleet::DeviceDetail& after,
                         std::vector<fleet::FieldChange>& changes) {
        const auto add = [&](const std::string& field, const std::string& was, const std::string& is) {
            if (was != is) changes.push_back({field, was, is});
        };
        for (const auto& [name, value] : after.thing.attributes) {
            const auto was = before.thing.attributes.find(name);
            add("attributes." + name, was == before.thing.attributes.end() ? "" : was->second, value);
        }
        const auto cycle = [](const fleet::DeviceDetail& device) {
            return device.retries ? device.retries->cycle : fleet::CycleState{};
        };
        add("phase", phaseName(cycle(before).phase), phaseName(cycle(after).phase));
        add("RetryCounter", std::to_string(cycle(before).retryCounter), std::to_string(cycle(after).retryCounter));
        add("ResetRetryCount", std::to_string(cycle(before).resetRetryCount),
            std::to_string(cycle(after).resetRetryCount));
        add("restoreAt", std::to_string(cycle(before).dueMs.value_or(0)),
            std::to_string(cycle(after).dueMs.value_or(0)));
        add("note", before.thing.note, after.thing.note);
        add("assignee", before.thing.assignee, after.thing.assignee);
    }

    storage::Result<fleet::DeviceDetail> deviceAfter(fleet::DeviceDetail device, const fleet::ActionRequest& request) {
        switch (request.kind) {
            case fleet::ActionKind::setNote:
                device.thing.note = request.text;
                return device;
            case fleet::ActionKind::assign:
                device.thing.assignee = request.text;
                return device;
            case fleet::ActionKind::editAttributes:
                for (const fleet::AttributeEdit& edit : request.edits) {
                    if (edit.value) device.thing.attributes[edit.name] = *edit.value;
                    if (!edit.value) device.thing.attributes.erase(edit.name);
                }
                return device;
            case fleet::ActionKind::setCoolOff:
                if (!request.untilMs) return stepped(std::move(device), fleet::CycleEvent::restoreNow);
                device.retries.value().cycle.dueMs = request.untilMs;
                return device;
            case fleet::ActionKind::restoreAttributes:
                return stepped(std::move(device), fleet::CycleEvent::restoreNow);
            case fleet::ActionKind::resetCounters:
                return stepped(std::move(device), fleet::CycleEvent::reset);
            case fleet::ActionKind::release:
                return stepped(std::move(device), fleet::CycleEvent::release);
            case fleet::ActionKind::moveToFailed:
                return stepped(std::move(device), fleet::CycleEvent::moveToFailed);
            default:
                return storage::fail(storage::ErrorCode::validation, "That is no action on a device.");
        }
    }

    storage::Result<fleet::DeviceDetail> stepped(fleet::DeviceDetail device, fleet::CycleEvent event) {
        if (!device.retries) device.retries.emplace();
        const fleet::CycleStep step = fleet::step(device.retries->cycle, event, values.nowMs, values.limits);
        if (step.refusal) return storage::fail(storage::ErrorCode::refused, *step.refusal);
        device.retries->cycle = step.state;
        device.thing.phase = step.state.phase;
        if (step.effects.backUpAttributes && !device.backup) device.backup = device.thing.attributes;
        if (step.effects.restoreAttributes && device.backup) {
            for (const auto& [name, value] : *device.backup) device.thing.attributes[name] = value;
        }
        if (step.effects.markAttributes) {
            for (const char* name : {"model", "FW"}) device.thing.attributes[name] = *step.effects.markAttributes;
        }
        auto& groups = device.thing.groups;
        const std::string failedGroup(fleet::kFailedGroup);
        groups.erase(std::remove(groups.begin(), groups.end(), failedGroup), groups.end());
        if (step.state.phase == fleet::Phase::failed) groups.push_back(failedGroup);
        return device;
    }

    storage::Result<fleet::Alert> alertAfter(fleet::Alert alert, const fleet::ActionRequest& request) const {
        const bool acknowledging = request.kind == fleet::ActionKind::acknowledgeAlert;
        if (alert.state == fleet::AlertState::resolved ||
            (acknowledging && alert.state == fleet::AlertState::acknowledged))
            return storage::fail(storage::ErrorCode::refused, "The alert is that already.");
        alert.state = acknowledging ? fleet::AlertState::acknowledged : fleet::AlertState::resolved;
        (acknowledging ? alert.acknowledgedBy : alert.resolvedBy) = "tester";
        (acknowledging ? alert.acknowledgedMs : alert.resolvedMs) = values.nowMs;
        return alert;
    }

    storage::Result<fleet::FirmwareRecord> firmwareAfter(fleet::FirmwareRecord record,
                                                         const fleet::ActionRequest& request) const {
        fleet::ReleaseStatus wanted = fleet::ReleaseStatus::deleted;
        if (request.kind == fleet::ActionKind::deleteFirmware) {
            if (const auto refusal = fleet::deletionRefusal(record.status))
                return storage::fail(storage::ErrorCode::refused, *refusal);
        } else {
            const auto named = fleet::releaseStatusFromName(request.text);
            const auto allowed = fleet::allowedTransitions(record.status);
            if (!named || std::find(allowed.begin(), allowed.end(), *named) == allowed.end())
                return storage::fail(storage::ErrorCode::refused, "That status can't follow.");
            wanted = *named;
        }
        record.status = wanted;
        record.statusHistory.push_back({wanted, values.nowMs});
        return record;
    }

    std::deque<std::function<void()>> m_answers;
    std::map<std::string, int> m_revisions;
    std::map<std::uint64_t, Done> m_done;
    std::uint64_t m_sequence = 1'000'000;
    bool m_holding = false;
};

}  // namespace drydock::tests
