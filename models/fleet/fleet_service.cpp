#include "models/fleet/fleet_service.h"

#include <algorithm>
#include <charconv>
#include <future>
#include <utility>

#include "models/fleet/action_desk.h"
#include "models/fleet/action_plan.h"
#include "models/fleet/firmware_desk.h"
#include "models/fleet/fleet_transaction.h"
#include "models/fleet/group_desk.h"
#include "models/fleet/query.h"
#include "models/fleet/settings_desk.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

// The store's word on what was to be written, rather than on the machine's state.
bool isAboutTheRequest(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation:
        case ErrorCode::transactionCanceled:
        case ErrorCode::itemCollectionSizeLimitExceeded:
        case ErrorCode::limitExceeded:
            return true;
        default:
            return false;
    }
}

std::vector<Result<Telemetry>> decodeEach(std::span<const RawMessage> messages, MessageLimits limits) {
    std::vector<Result<Telemetry>> decoded;
    decoded.reserve(messages.size());
    for (const RawMessage& message : messages) decoded.push_back(decodeTelemetry(message.payload, limits));
    return decoded;
}

constexpr std::size_t kDecodedTogether = 128;
constexpr std::int64_t kTidyEveryMs = 60LL * 60 * 1000;

struct Timer {
    std::string deviceId;
    std::int64_t dueMs = 0;
};

std::optional<Timer> toTimer(const Item& row) {
    const std::string_view text = row.string("due");
    const std::size_t separator = text.find('#');
    if (separator == std::string_view::npos) return std::nullopt;
    Timer timer;
    timer.deviceId = text.substr(separator + 1);
    const auto [stop, error] = std::from_chars(text.data(), text.data() + separator, timer.dueMs);
    if (error != std::errc() || stop != text.data() + separator || timer.deviceId.empty()) return std::nullopt;
    return timer;
}

storage::QueryRequest timersQuery() {
    return queryOf(tables::kTimers, {}, "kind", tables::kCycleTimers);
}

std::string duration(std::int64_t ms) {
    const auto minutes = static_cast<std::uint64_t>(ms) / 60'000;
    return counted(minutes / 60, "hour") + " and " + counted(minutes % 60, "minute");
}

}  // namespace

class FleetService::Impl {
public:
    Impl(storage::TableStore& store, const storage::Clock& clock, FleetOptions options)
        : m_store(&store), m_clock(&clock), m_defaults(options), m_options(std::move(options)) {}

    Result<void> open();
    Result<void> apply(std::span<const RawMessage> messages);
    Result<std::size_t> runDueTimers(std::size_t limit);
    Result<std::optional<std::int64_t>> nextTimerMs();
    Result<void> noteClockJump(std::int64_t byMs);
    Result<std::vector<OutboxMessage>> outbox(std::uint64_t afterSequence, std::size_t limit);
    Result<void> outboxDone(std::span<const std::uint64_t> sequences);

    Result<std::size_t> tendGroups(std::size_t limit);

    [[nodiscard]] FleetTransaction begin() { return {*m_store, m_options, m_memory, m_groups}; }
    Result<void> commit(FleetTransaction& transaction);
    // With the files of what is released, and of what is not any more, see perform().
    Result<void> commitWithFiles(FleetTransaction& transaction, const VerifiedPackages& verified,
                                 ActionOutcome& outcome);
    Result<std::size_t> sweep(std::size_t limit);
    Result<void> reloadSettings();
    [[nodiscard]] std::int64_t nowMs() const { return m_clock->wallMs(); }

    storage::TableStore* m_store;
    const storage::Clock* m_clock;
    Settings m_defaults;
    FleetOptions m_options;
    std::vector<std::string> m_settingTroubles;
    DeskMemory m_memory;
    std::uint64_t m_outboxBacklog = 0;
    GroupIndex m_groups;
    std::vector<GroupTask> m_groupTasks;
    bool m_groupsStale = false;  // the two above are not what is stored
    bool m_settingsStale = false;
    std::optional<FirmwareDesk> m_firmware;

private:
    Result<void> applyTogether(std::span<const RawMessage> messages);
    Result<void> ensureFailedGroup();
    Result<void> countOutbox();
    Result<void> loadGroups();
    // Makes the firmware's files agree with its records.
    Result<void> tidyFirmware();
    [[nodiscard]] Result<void> checkReleases(const std::vector<RowChange>& changes) const;

    std::int64_t m_nextTidyMs = 0;
};

Result<void> FleetService::Impl::commit(FleetTransaction& transaction) {
    // Read anew before the members are worked out, which the transaction does as it is committed.
    if (m_groupsStale) DRYDOCK_TRY(loadGroups());
    DRYDOCK_TRY(transaction.commit());
    m_memory = transaction.memory();
    m_outboxBacklog += transaction.outboxAdded();
    // What is committed has happened, so that this can't be read now is for the next call to find.
    m_groupsStale = transaction.groupsChanged() && !loadGroups();
    m_settingsStale = m_settingsStale || transaction.settingsChanged();
    if (m_settingsStale) m_settingsStale = !reloadSettings();
    return {};
}

Result<void> FleetService::Impl::reloadSettings() {
    if (m_options.settingsOfThisRun) {
        FleetTransaction transaction = begin();
        DRYDOCK_TRY(recordSettingsOfThisRun(transaction, *m_options.settingsOfThisRun, nowMs()));
        if (!transaction.changes().empty()) return commit(transaction);
    }
    DRYDOCK_ASSIGN(LoadedSettings loaded, loadSettings(*m_store, m_defaults));
    static_cast<Settings&>(m_options) = std::move(loaded.settings);
    m_settingTroubles = std::move(loaded.troubles);
    if (m_firmware) m_firmware->setLimits(m_options.packages);
    return {};
}

Result<void> FleetService::Impl::loadGroups() {
    DRYDOCK_ASSIGN(const auto groups, loadThingGroups(*m_store));
    DRYDOCK_ASSIGN(m_groupTasks, loadGroupTasks(*m_store));
    m_groups = GroupIndex(groups, m_groupTasks);
    m_groupsStale = false;
    return {};
}

Result<std::size_t> FleetService::Impl::tendGroups(std::size_t limit) {
    if (m_groupsStale) DRYDOCK_TRY(loadGroups());
    if (m_groupTasks.empty() || limit == 0) return 0;
    FleetTransaction transaction = begin();
    DRYDOCK_ASSIGN(const GroupSlice slice, runGroupTask(transaction, m_groupTasks.front(), limit));
    DRYDOCK_TRY(commit(transaction));
    return std::max<std::size_t>(slice.looked, 1);
}

Result<void> FleetService::Impl::commitWithFiles(FleetTransaction& transaction, const VerifiedPackages& verified,
                                                 ActionOutcome& outcome) {
    if (!m_firmware) return commit(transaction);
    const std::vector<RowChange> changes = transaction.changes();
    DRYDOCK_TRY(checkReleases(changes));
    DRYDOCK_TRY(m_firmware->publish(changes, verified));
    if (auto committed = commit(transaction); !committed) {
        m_firmware->takeBack(changes);
        return committed;
    }
    // From here on it has happened.
    if (const auto followed = m_firmware->follow(changes); !followed) {
        m_nextTidyMs = nowMs();
        outcome.summary += " Its files could not be put away yet: " + followed.error().message;
    }
    return {};
}

// An undo obeys the rule too, whatever was allowed when the firmware was first released.
Result<void> FleetService::Impl::checkReleases(const std::vector<RowChange>& changes) const {
    for (const FirmwareRecord& record : releasesIn(changes)) {
        if (record.version == kDevelopmentVersion && !m_options.allowDevelopmentRelease)
            return storage::fail(ErrorCode::refused,
                                 describe(record) + " is a development build, which is not released.");
    }
    return {};
}

Result<void> FleetService::Impl::open() {
    DRYDOCK_TRY(tables::ensureTables(*m_store));
    DRYDOCK_ASSIGN(m_memory, loadDeskMemory(*m_store));
    DRYDOCK_TRY(countOutbox());
    DRYDOCK_TRY(loadGroups());
    auto removed = removeListedMembers(*m_store, m_groupTasks);
    if (!removed && removed.error().code != ErrorCode::readOnly) return removed;
    if (m_options.settingsOfThisRun) DRYDOCK_TRY(checkSettings(*m_options.settingsOfThisRun));
    DRYDOCK_TRY(reloadSettings());
    DRYDOCK_TRY(ensureFailedGroup());
    if (m_options.firmwareDirectory.empty()) return {};
    DRYDOCK_ASSIGN(m_firmware, FirmwareDesk::open(m_options.firmwareDirectory, FileSteps(m_options.fileGate)));
    m_firmware->setLimits(m_options.packages);
    return tidyFirmware();
}

Result<void> FleetService::Impl::tidyFirmware() {
    m_nextTidyMs = nowMs() + kTidyEveryMs;
    DRYDOCK_ASSIGN(const auto deletions, FirmwareDesk::openDeletions(*m_store));
    for (const FirmwareRecord& record : deletions) {
        // A ZIP that can't be removed today must not keep the desk from opening; the next time tries again.
        if (!m_firmware->removeZip(record.zipName)) continue;
        FleetTransaction transaction = begin();
        DRYDOCK_TRY(setFirmwareStatus(transaction, record, ReleaseStatus::deleted, nowMs()));
        DRYDOCK_TRY(commit(transaction));
    }
    return m_firmware->tidy(*m_store, nowMs(), m_options.keeping.revokedFilesDays);
}

Result<std::size_t> FleetService::Impl::sweep(std::size_t limit) {
    DRYDOCK_ASSIGN(const std::size_t swept, m_store->sweepExpired(nowMs(), limit));
    // Only once the expired records are gone, whose ZIPs are to go with them.
    if (swept == 0 && m_firmware && nowMs() >= m_nextTidyMs) DRYDOCK_TRY(tidyFirmware());
    return swept;
}

Result<void> FleetService::Impl::ensureFailedGroup() {
    FleetTransaction transaction = begin();
    Item key = rows::key(tables::kThingGroups, kFailedGroup);
    DRYDOCK_ASSIGN(const auto existing, transaction.row(tables::kThingGroups, key));
    if (existing) return {};
    Item group = fromThingGroup({std::string(kFailedGroup), {}, nowMs(), false});
    DRYDOCK_TRY(transaction.setRow({tables::kThingGroups, std::move(key), {}, std::move(group)}, nowMs()));
    return commit(transaction);
}

Result<void> FleetService::Impl::countOutbox() {
    DRYDOCK_ASSIGN(const auto description, m_store->describeTable(tables::kOutbox));
    m_outboxBacklog = description.itemCount;
    return {};
}

Result<void> FleetService::Impl::applyTogether(std::span<const RawMessage> messages) {
    FleetTransaction transaction = begin();
    // Decoding needs nothing but the payloads, so another core may be at the next ones meanwhile.
    const auto policy =
        messages.size() > kDecodedTogether ? std::launch::async | std::launch::deferred : std::launch::deferred;
    const auto decodeFrom = [messages, policy, limits = m_options.messages](std::size_t begin) {
        const auto next = messages.subspan(begin, std::min(kDecodedTogether, messages.size() - begin));
        return std::async(policy, decodeEach, next, limits);
    };
    auto decoding = decodeFrom(0);
    for (std::size_t begin = 0; begin < messages.size(); begin += kDecodedTogether) {
        std::vector<Result<Telemetry>> decoded = decoding.get();
        if (begin + decoded.size() < messages.size()) decoding = decodeFrom(begin + decoded.size());
        for (std::size_t i = 0; i < decoded.size(); ++i)
            DRYDOCK_TRY(transaction.receive(messages[begin + i], std::move(decoded[i])));
    }
    transaction.advance(messages.size());
    return commit(transaction);
}

Result<void> FleetService::Impl::apply(std::span<const RawMessage> messages) {
    if (messages.empty()) return {};
    auto together = applyTogether(messages);
    if (together || !isAboutTheRequest(together.error().code)) return together;
    for (const RawMessage& message : messages) {
        auto alone = applyTogether({&message, 1});
        if (alone) continue;
        if (!isAboutTheRequest(alone.error().code)) return alone;
        FleetTransaction transaction = begin();
        transaction.quarantine(message, alone.error().message);
        transaction.advance(1);
        DRYDOCK_TRY(commit(transaction));
    }
    return {};
}

Result<std::size_t> FleetService::Impl::runDueTimers(std::size_t limit) {
    const std::int64_t now = nowMs();
    if (limit == 0 || now < 0) return 0;
    storage::QueryRequest request = timersQuery();
    boundSort(request, "due", "<", zeroPadded(now + 1));
    std::vector<Item> due;
    DRYDOCK_TRY(forEachQueried(*m_store, std::move(request), [&due, limit](Item row) {
        due.push_back(std::move(row));
        return due.size() < limit;
    }));
    if (due.empty()) return 0;
    FleetTransaction transaction = begin();
    for (const Item& row : due) {
        if (const auto timer = toTimer(row)) {
            DRYDOCK_TRY(transaction.runTimer(timer->deviceId, timer->dueMs, now));
        } else {
            DRYDOCK_TRY(transaction.setRow({tables::kTimers, rows::keyOf(tables::kTimers, row), {}, {}}, now));
        }
    }
    DRYDOCK_TRY(commit(transaction));
    return due.size();
}

Result<std::optional<std::int64_t>> FleetService::Impl::nextTimerMs() {
    storage::QueryRequest request = timersQuery();
    request.limit = 1;
    DRYDOCK_ASSIGN(const storage::Page page, m_store->query(request));
    if (page.items.empty()) return std::optional<std::int64_t>();
    const auto timer = toTimer(page.items.front());
    return std::optional<std::int64_t>(timer ? timer->dueMs : 0);  // one that can't be read is to be removed now
}

Result<void> FleetService::Impl::noteClockJump(std::int64_t byMs) {
    FleetTransaction transaction = begin();
    AuditEntry entry = transaction.newAudit({"drydock", "clock"}, nowMs());
    entry.action = "clockJump";
    entry.summary = "The clock jumped forward by " + duration(byMs) + '.';
    transaction.addAudit(entry, {});
    return commit(transaction);
}

Result<std::vector<OutboxMessage>> FleetService::Impl::outbox(std::uint64_t afterSequence, std::size_t limit) {
    std::vector<OutboxMessage> messages;
    if (limit == 0) return messages;
    storage::QueryRequest request = queryOf(tables::kOutbox, {}, "list", tables::kOnlyList);
    boundSort(request, "sequence", ">", static_cast<std::int64_t>(afterSequence));
    DRYDOCK_TRY(forEachQueried(*m_store, std::move(request), [&messages, limit](const Item& row) {
        messages.push_back(rows::toOutboxMessage(row));
        return messages.size() < limit;
    }));
    return messages;
}

Result<void> FleetService::Impl::outboxDone(std::span<const std::uint64_t> sequences) {
    if (sequences.empty()) return {};
    std::vector<storage::WriteUnit> units;
    units.reserve(sequences.size());
    for (const std::uint64_t sequence : sequences) {
        storage::DeleteRequest remove;
        remove.table = tables::kOutbox;
        remove.key = rows::key(tables::kOutbox, tables::kOnlyList, static_cast<std::int64_t>(sequence));
        units.push_back({{std::move(remove)}});
    }
    DRYDOCK_ASSIGN(const auto results, m_store->commit(std::move(units)));
    for (const storage::UnitResult& result : results) DRYDOCK_TRY(result);
    return countOutbox();
}

FleetService::FleetService(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
FleetService::~FleetService() = default;

Result<std::unique_ptr<FleetService>> FleetService::open(storage::TableStore& store, const storage::Clock& clock,
                                                         FleetOptions options) {
    auto impl = std::make_unique<Impl>(store, clock, std::move(options));
    DRYDOCK_TRY(impl->open());
    return std::unique_ptr<FleetService>(new FleetService(std::move(impl)));
}

const AppliedCounters& FleetService::counters() const {
    return m_impl->m_memory.counters;
}
Result<void> FleetService::apply(std::span<const RawMessage> messages) {
    return m_impl->apply(messages);
}
Result<std::size_t> FleetService::runDueTimers(std::size_t limit) {
    return m_impl->runDueTimers(limit);
}
Result<std::optional<std::int64_t>> FleetService::nextTimerMs() {
    return m_impl->nextTimerMs();
}
Result<void> FleetService::noteClockJump(std::int64_t byMs) {
    return m_impl->noteClockJump(byMs);
}

Result<ActionPreview> FleetService::preview(const ActionRequest& request) {
    FleetTransaction transaction = m_impl->begin();
    return previewAction(transaction, request, m_impl->nowMs());
}

Result<ActionOutcome> FleetService::perform(const ActionPreview& preview, const Operator& who,
                                            const VerifiedPackages& verified) {
    FleetTransaction transaction = m_impl->begin();
    DRYDOCK_ASSIGN(ActionOutcome outcome, performAction(transaction, preview, who, m_impl->nowMs()));
    std::optional<FirmwareRecord> deleted;
    if (preview.request.kind == ActionKind::deleteFirmware) {
        DRYDOCK_ASSIGN(deleted, reader().firmwareByZip(preview.request.target));
    }
    DRYDOCK_TRY(m_impl->commitWithFiles(transaction, verified, outcome));
    if (!deleted || !m_impl->m_firmware) return outcome;

    // From here on the deletion has happened; what is left is finished at the next start at the latest.
    if (const auto removed = m_impl->m_firmware->removeZip(deleted->zipName); !removed) {
        outcome.summary += " Its ZIP could not be removed yet: " + removed.error().message;
        return outcome;
    }
    DRYDOCK_ASSIGN(const FirmwareRecord now, reader().firmwareByZip(preview.request.target));
    if (now.status != ReleaseStatus::deleting) return outcome;
    FleetTransaction end = m_impl->begin();
    DRYDOCK_TRY(setFirmwareStatus(end, now, ReleaseStatus::deleted, m_impl->nowMs()));
    DRYDOCK_TRY(m_impl->commit(end));
    return outcome;
}

Result<ActionPreview> FleetService::previewUndo(std::uint64_t auditSequence) {
    FleetTransaction transaction = m_impl->begin();
    return previewUndoAction(transaction, auditSequence, m_impl->nowMs());
}

Result<ActionOutcome> FleetService::undo(std::uint64_t auditSequence, const Operator& who,
                                         const VerifiedPackages& verified) {
    FleetTransaction transaction = m_impl->begin();
    DRYDOCK_ASSIGN(ActionOutcome outcome, undoAction(transaction, auditSequence, who, m_impl->nowMs()));
    DRYDOCK_TRY(m_impl->commitWithFiles(transaction, verified, outcome));
    return outcome;
}

Result<const FirmwareStore*> FleetService::firmwareFiles() const {
    if (!m_impl->m_firmware) return storage::fail(ErrorCode::refused, "This desk has no directory for firmware.");
    return &m_impl->m_firmware->files();
}

Result<ActionPreview> FleetService::previewImport(const StagedImport& staged) {
    FleetTransaction transaction = m_impl->begin();
    return FirmwareDesk::preview(transaction, staged, m_impl->nowMs());
}

Result<FirmwareRecord> FleetService::importFirmware(StagedImport staged, const Operator& who) {
    DRYDOCK_TRY(firmwareFiles());
    FleetTransaction transaction = m_impl->begin();
    DRYDOCK_ASSIGN(FirmwareImport import, FirmwareDesk::plan(transaction, std::move(staged), who, m_impl->nowMs()));
    DRYDOCK_TRY(m_impl->commit(transaction));
    return m_impl->m_firmware->finish(std::move(import));
}

Result<std::size_t> FleetService::tendGroups(std::size_t limit) {
    return m_impl->tendGroups(limit);
}

Result<FirmwareRecord> FleetService::importIncoming(StagedImport staged, const Operator& who) {
    DRYDOCK_ASSIGN(auto same, FirmwareDesk::sameImport(*m_impl->m_store, staged.record()));
    if (same) return std::move(*same);
    return importFirmware(std::move(staged), who);
}

Result<void> FleetService::noteFirmware(const std::string& action, const std::string& target,
                                        const std::string& summary, const Operator& who) {
    FleetTransaction transaction = m_impl->begin();
    AuditEntry entry = transaction.newAudit(who, m_impl->nowMs());
    entry.action = action;
    entry.target = validText(target);
    entry.summary = validText(summary);
    transaction.addAudit(entry, {});
    return m_impl->commit(transaction);
}

Result<std::vector<FirmwareRecord>> FleetService::unpublishedFirmware() {
    if (!m_impl->m_firmware) return std::vector<FirmwareRecord>();
    return m_impl->m_firmware->unpublished(*m_impl->m_store);
}

Result<void> FleetService::publishAgain(const FirmwareRecord& record, const VerifiedPackages& verified) {
    DRYDOCK_TRY(firmwareFiles());
    DRYDOCK_ASSIGN(const FirmwareRecord now, reader().firmwareByZip(record.zipName));
    const auto* files = verified.find(now);
    if (now.status != ReleaseStatus::released || files == nullptr)
        return storage::fail(ErrorCode::conflict, describe(record) + " changed meanwhile.");
    return m_impl->m_firmware->files().published().publish(**files, now);
}

Result<std::vector<OutboxMessage>> FleetService::outbox(std::uint64_t afterSequence, std::size_t limit) {
    return m_impl->outbox(afterSequence, limit);
}
Result<void> FleetService::outboxDone(std::span<const std::uint64_t> sequences) {
    return m_impl->outboxDone(sequences);
}
std::uint64_t FleetService::outboxBacklog() const {
    return m_impl->m_outboxBacklog;
}

Result<std::size_t> FleetService::sweep(std::size_t limit) {
    return m_impl->sweep(limit);
}

Result<void> FleetService::reloadSettings() {
    return m_impl->reloadSettings();
}
const std::vector<std::string>& FleetService::settingTroubles() const {
    return m_impl->m_settingTroubles;
}

Result<void> FleetService::change(const Work& work) {
    FleetTransaction transaction = m_impl->begin();
    DRYDOCK_TRY(work(transaction));
    return m_impl->commit(transaction);
}

FleetReader FleetService::reader() {
    return FleetReader(*m_impl->m_store);
}
const FleetOptions& FleetService::options() const {
    return m_impl->m_options;
}

}  // namespace drydock::fleet
