#include "app/services/desk_core_impl.h"

#include <algorithm>

#include "storage/recovery/table_recovery.h"

namespace drydock::app {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::Result;

namespace {

constexpr std::size_t kLargestApply = 2'000;
constexpr std::size_t kLargestTimerSlice = 500;
constexpr std::size_t kLargestSweepSlice = 2'000;
constexpr std::size_t kLargestCommit = 5'000;
// So many writes take no time beside a flush to a slow disk, which is what they are to share.
constexpr std::size_t kSmallestCommit = 200;
constexpr milliseconds kApplyBound{kMaxApplyMs};
// Who writes waits for a slice of such work and for a commit of its own.
constexpr milliseconds kHousekeepingBound{kMaxApplyMs / 2};
constexpr std::int64_t kSweepEveryMs = 10'000;
constexpr std::uint64_t kTrimEvery = 20'000;
constexpr std::int64_t kLookEveryMs = 500;
// A package that could not be imported for some passing trouble, such as a full disk, is tried again after this.
constexpr std::chrono::seconds kIncomingAgain{60};
// Copying 64 MiB takes some tenths of a second; under a load that lasts it never ends for long.
constexpr milliseconds kLookAtLogEvery{20};
constexpr milliseconds kLongestWaitForLog{500};
// So often an idle core looks at the clock, which somebody may have set.
constexpr milliseconds kLongestWait{1'000};

}  // namespace

DeskCore::Impl::Impl(DeskOptions options, Listener listener)
    : m_options(std::move(options)),
      m_listener(std::move(listener)),
      m_clock(m_options.clock != nullptr ? *m_options.clock : m_systemClock),
      m_webhook([this] { wakeAfter([] {}); }),
      m_applyBatch(kLargestApply, kApplyBound),
      m_timerBatch(kLargestTimerSlice, kApplyBound),
      m_sweepBatch(kLargestSweepSlice, kHousekeepingBound),
      m_tendBatch(kLargestSweepSlice, kHousekeepingBound),
      m_groupBatch(kLargestSweepSlice, kHousekeepingBound),
      m_commitBatch(kLargestCommit, kApplyBound),
      m_lastWallMs(m_clock.wallMs()),
      m_lastMonotonicMs(m_clock.monotonicMs()) {}

DeskCore::Impl::~Impl() {
    stop();
}

Result<void> DeskCore::Impl::start() {
    storage::StoreOptions storeOptions;
    storeOptions.readOnly = m_options.readOnly;
    storeOptions.clock = &m_clock;
    storeOptions.vfs = m_options.vfs;
    DRYDOCK_ASSIGN(m_store, storage::SqliteStore::open(m_options.storeDirectory, storeOptions));

    fleet::FleetOptions fleetOptions;
    // Only who serves says what the store is run with.
    if (!m_options.readOnly && !m_options.commandsOnly) fleetOptions.settingsOfThisRun = m_options.settings;
    // Opening the directory tidies it, which is the owner's to do.
    if (!m_options.readOnly) fleetOptions.firmwareDirectory = m_options.storeDirectory / "firmware";
    DRYDOCK_ASSIGN(m_service, fleet::FleetService::open(*m_store, m_clock, fleetOptions));
    m_store->setChangeListener(
        fleet::watchedTables(),
        [this](const std::shared_ptr<const storage::ChangeBatch>& batch) { tell(fleet::translate(*batch)); });

    m_firmwareJobs = std::make_unique<FirmwareJobs>(
        [this](std::function<void(fleet::FleetService&)> work) {
            post([work = std::move(work)](fleet::FleetService& service, storage::SqliteStore&) { work(service); });
        },
        m_clock, m_options.betweenPackageBlocks);
    if (!m_options.readOnly && !m_options.commandsOnly) {
        DRYDOCK_ASSIGN(auto journal,
                       JournalFeed::open(m_options.storeDirectory / "journal.db", m_service->counters().position));
        m_journal = std::make_unique<JournalFeed>(std::move(journal));
        startChores();
        post([this](fleet::FleetService& service, storage::SqliteStore&) { m_firmwareJobs->publishMissing(service); });
        m_rateCount = m_journal->received();
        if (m_options.broker) DRYDOCK_TRY(startLink());
    } else if (!m_options.commandsOnly) {
        DRYDOCK_ASSIGN(m_follower, StoreFollower::open(*m_store));
        m_chores = {{&Impl::follow, false, {}, {}, {}}};
        m_lastLookMs = m_clock.monotonicMs() - kLookEveryMs;
        m_holder = storeHolder(m_options.storeDirectory);
        m_rateCount = m_follower->counters().position;
    }
    if (!m_options.commandsOnly) {
        m_integrityCheck = std::make_unique<IntegrityCheck>(
            m_options.storeDirectory, storeOptions,
            [this](std::string trouble) { wakeAfter([&] { m_damage = std::move(trouble); }); });
    }
    m_rateSince = steady_clock::now();
    refreshStatus();
    m_thread = std::thread([this] { run(); });
    return {};
}

void DeskCore::Impl::startChores() {
    for (const auto run : {&Impl::apply, &Impl::runTimers, &Impl::feedOutbox, &Impl::feedWebhook, &Impl::trimJournal,
                           &Impl::takeIncoming})
        m_chores.push_back({run, false, {}, {}, {}});
    for (const auto run : {&Impl::sweep, &Impl::keepWithinBudget, &Impl::tendTables, &Impl::tendGroups})
        m_chores.push_back({run, true, {}, {}, {}});
}

void DeskCore::Impl::tell(fleet::FleetChanges changes) {
    if (changes.empty()) return;
    m_settingsStale = m_settingsStale || changes.settingsChanged;
    if (!changes.alerts.empty()) m_webhook.alertsChanged();
    if (m_listener.changed) m_listener.changed(std::make_shared<const fleet::FleetChanges>(std::move(changes)));
}

Result<void> DeskCore::Impl::startLink() {
    LinkOptions options;
    options.broker = *m_options.broker;
    options.topics = m_options.topics;
    options.clientId = "drydock-" + m_store->id();
    options.journalFile = m_options.storeDirectory / "journal.db";
    options.appliedPosition = m_service->counters().position;
    options.clock = &m_clock;

    MqttLink::Callbacks callbacks;
    callbacks.journaled = [this] { wakeAfter([] {}); };
    callbacks.state = [this](LinkState state) { wakeAfter([&] { m_linkState = std::move(state); }); };
    callbacks.published = [this](const std::vector<std::uint64_t>& sequences) {
        m_outbox.acknowledged(sequences);
        wakeAfter([] {});
    };
    m_linkState.connection = fleet::ConnectionState::connecting;
    m_linkState.sinceMs = m_clock.wallMs();
    DRYDOCK_ASSIGN(m_link, MqttLink::start(std::move(options), std::move(callbacks)));
    return {};
}

void DeskCore::Impl::wakeAfter(const std::function<void()>& change) {
    const std::lock_guard lock(m_mutex);
    change();
    m_wakeRequested = true;
    m_wakeUp.notify_one();
}

void DeskCore::Impl::stop() {
    m_integrityCheck.reset();
    if (m_link) m_link->stop();
    // Before the core, which is to answer for the jobs.
    if (m_firmwareJobs) m_firmwareJobs->stop();
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wakeUp.notify_one();
    }
    if (m_thread.joinable()) m_thread.join();
    m_webhook.stop();
}

void DeskCore::Impl::post(Work work) {
    const std::lock_guard lock(m_mutex);
    m_posted.push_back(std::move(work));
    m_wakeUp.notify_one();
}

void DeskCore::Impl::commit(std::vector<storage::WriteUnit> units, CommitAnswer answer) {
    const std::lock_guard lock(m_mutex);
    m_commits.push_back({std::move(units), std::move(answer)});
    m_wakeUp.notify_one();
}

bool DeskCore::Impl::drain(milliseconds limit) {
    if (m_link) m_link->stop();
    {
        const std::lock_guard lock(m_mutex);
        m_linkStopped = true;
    }
    // The snapshot at hand may be older than the last message the link took.
    std::promise<void> counted;
    post([this, &counted](fleet::FleetService&, storage::SqliteStore&) {
        refreshStatus();
        counted.set_value();
    });
    counted.get_future().wait();
    std::unique_lock lock(m_mutex);
    return m_statusChanged.wait_for(lock, limit, [this] { return m_status.accounting.waiting == 0; });
}

fleet::DeskStatus DeskCore::Impl::status() const {
    const std::lock_guard lock(m_mutex);
    return m_status;
}

void DeskCore::Impl::run() {
    for (;;) {
        servePosted();
        {
            const std::lock_guard lock(m_mutex);
            if (m_stopping && m_posted.empty() && m_commits.empty()) return;
            m_wakeRequested = false;
        }
        bool more = false;
        m_choresWait = false;
        for (Chore& chore : m_chores) {
            more = runChore(chore) || more;
            servePosted();
        }
        refreshStatus();
        tellStatus();
        if (!more) waitForWork();
    }
}

void DeskCore::Impl::servePosted() {
    commitWaiting();
    std::deque<Work> posted;
    {
        const std::lock_guard lock(m_mutex);
        posted.swap(m_posted);
    }
    for (const Work& work : posted) work(*m_service, *m_store);
    if (m_settingsStale) takeOverSettings();
}

// Also those that came past the service: through the endpoint, or from the process that is followed.
void DeskCore::Impl::takeOverSettings() {
    const Result<void> reloaded = m_service->reloadSettings();
    m_settingsStale = !reloaded;
    m_settingsTrouble = reloaded ? std::string() : describe(reloaded.error());
}

// As many requests as fit one transaction; the others wait for the next turn.
std::vector<DeskCore::Impl::Commit> DeskCore::Impl::takeCommits() {
    std::vector<Commit> taken;
    const std::size_t limit = std::max(m_commitBatch.next(), kSmallestCommit);
    const std::lock_guard lock(m_mutex);
    for (std::size_t writes = 0; !m_commits.empty(); m_commits.pop_front()) {
        for (const storage::WriteUnit& unit : m_commits.front().units) writes += unit.writes.size();
        if (!taken.empty() && writes > limit) break;
        taken.push_back(std::move(m_commits.front()));
    }
    return taken;
}

void DeskCore::Impl::commitWaiting() {
    std::vector<Commit> commits = takeCommits();
    if (commits.empty()) return;
    std::vector<storage::WriteUnit> units;
    std::vector<std::size_t> counts;
    std::size_t writes = 0;
    for (Commit& commit : commits) {
        counts.push_back(commit.units.size());
        for (storage::WriteUnit& unit : commit.units) {
            writes += unit.writes.size();
            units.push_back(std::move(unit));
        }
    }
    const SteadyTime begun = steady_clock::now();
    Result<std::vector<storage::UnitResult>> outcome = m_store->commit(std::move(units));
    m_commitBatch.measured(writes, steady_clock::now() - begun);
    auto next = outcome ? outcome->begin() : std::vector<storage::UnitResult>::iterator();
    for (std::size_t i = 0; i < commits.size(); ++i) {
        if (!outcome) {
            commits[i].answer(fail(outcome.error()));
            continue;
        }
        const auto end = next + static_cast<std::ptrdiff_t>(counts[i]);
        commits[i].answer(std::vector<storage::UnitResult>(std::move_iterator(next), std::move_iterator(end)));
        next = end;
    }
}

// While the store copies its log, housekeeping would only make it longer, until who writes must wait for the copying.
bool DeskCore::Impl::waitsForLog(Chore& chore) {
    const SteadyTime now = steady_clock::now();
    const bool copying = m_store->isCopyingLog();
    if (copying && !chore.waitsSince) chore.waitsSince = now;
    if (!copying || now - *chore.waitsSince >= kLongestWaitForLog) {
        chore.waitsSince.reset();
        return false;
    }
    m_choresWait = true;
    return true;
}

bool DeskCore::Impl::runChore(Chore& chore) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) return false;
    }
    if (chore.backOff.holds(steady_clock::now())) return false;
    if (chore.canWait && waitsForLog(chore)) return false;
    const Result<bool> more = (this->*chore.run)();
    if (more) {
        chore.backOff.succeeded();
        chore.trouble.clear();
        return *more;
    }
    chore.backOff.failed(steady_clock::now());
    chore.trouble = describe(more.error());
    return false;
}

Result<bool> DeskCore::Impl::apply() {
    DRYDOCK_ASSIGN(const auto messages, m_journal->next(m_service->counters().position, m_applyBatch.next()));
    if (messages.empty()) return false;
    const SteadyTime begun = steady_clock::now();
    DRYDOCK_TRY(m_service->apply(messages));
    m_applyBatch.measured(messages.size(), steady_clock::now() - begun);
    return true;
}

Result<bool> DeskCore::Impl::runTimers() {
    DRYDOCK_TRY(noteClockJump());
    DRYDOCK_ASSIGN(m_nextTimerMs, m_service->nextTimerMs());
    if (!m_nextTimerMs || *m_nextTimerMs > m_clock.wallMs()) return false;
    const SteadyTime begun = steady_clock::now();
    DRYDOCK_ASSIGN(const std::size_t ran, m_service->runDueTimers(m_timerBatch.next()));
    m_timerBatch.measured(ran, steady_clock::now() - begun);
    // Without this a timer that can't run would keep the core from ever resting.
    if (ran == 0) m_nextTimerMs.reset();
    return ran > 0;
}

Result<void> DeskCore::Impl::noteClockJump() {
    const std::int64_t wall = m_clock.wallMs();
    const std::int64_t monotonic = m_clock.monotonicMs();
    const std::int64_t jump = (wall - m_lastWallMs) - (monotonic - m_lastMonotonicMs);
    m_lastWallMs = wall;
    m_lastMonotonicMs = monotonic;
    if (jump > m_service->options().clockJumpMs) m_clockJumpMs += jump;
    if (m_clockJumpMs == 0) return {};
    DRYDOCK_TRY(m_service->noteClockJump(m_clockJumpMs));
    m_clockJumpMs = 0;
    return {};
}

Result<bool> DeskCore::Impl::feedOutbox() {
    {
        const std::lock_guard lock(m_mutex);
        if (m_linkStopped) return false;
    }
    if (!m_link) return false;
    return m_outbox.run(*m_service, *m_link);
}

Result<bool> DeskCore::Impl::feedWebhook() {
    return m_webhook.run(*m_service, *m_store, m_clock);
}

Result<bool> DeskCore::Impl::keepWithinBudget() {
    return m_budget.run(*m_service, *m_store, m_clock);
}

Result<bool> DeskCore::Impl::sweep() {
    if (!m_sweeping) {
        if (m_clock.monotonicMs() - m_lastSweepMs < kSweepEveryMs) return false;
        m_sweeping = true;
    }
    const SteadyTime begun = steady_clock::now();
    const std::size_t limit = m_sweepBatch.next();
    DRYDOCK_ASSIGN(std::size_t removed, m_service->sweep(limit));
    if (removed == 0) {
        DRYDOCK_ASSIGN(removed, m_store->trimStreams(m_clock.wallMs(), limit));
    }
    m_sweepBatch.measured(removed, steady_clock::now() - begun);
    if (removed > 0) return true;
    m_sweeping = false;
    m_lastSweepMs = m_clock.monotonicMs();
    return false;
}

Result<bool> DeskCore::Impl::tendTables() {
    const SteadyTime begun = steady_clock::now();
    const std::size_t limit = m_tendBatch.next();
    DRYDOCK_ASSIGN(std::size_t done, m_store->backfillIndexes(limit));
    if (done == 0) {
        DRYDOCK_ASSIGN(done, m_store->recovery().step(limit));
    }
    if (done == 0) {
        DRYDOCK_ASSIGN(done, m_store->clearDropped(limit));
    }
    if (done > 0) m_tendBatch.measured(done, steady_clock::now() - begun);
    return done > 0;
}

Result<bool> DeskCore::Impl::tendGroups() {
    const SteadyTime begun = steady_clock::now();
    DRYDOCK_ASSIGN(const std::size_t looked, m_service->tendGroups(m_groupBatch.next()));
    if (looked > 0) m_groupBatch.measured(looked, steady_clock::now() - begun);
    return looked > 0;
}

// A trim costs a flush, so it comes seldom: after many messages, at each round of sweeps, or at once when the link
// waits for room.
Result<bool> DeskCore::Impl::trimJournal() {
    const std::uint64_t position = m_service->counters().position;
    bool linkWaits = false;
    {
        const std::lock_guard lock(m_mutex);
        linkWaits = !m_linkState.journalTrouble.empty();
    }
    if (m_journal->untrimmed(position) >= kTrimEvery || m_sweeping || linkWaits) {
        DRYDOCK_TRY(m_journal->trim(position));
        m_reclaiming = true;
    }
    if (!m_reclaiming) return false;
    DRYDOCK_ASSIGN(m_reclaiming, m_journal->reclaim());
    return m_reclaiming;
}

Result<bool> DeskCore::Impl::takeIncoming() {
    if (!m_incoming) {
        DRYDOCK_ASSIGN(const fleet::FirmwareStore* files, m_service->firmwareFiles());
        DRYDOCK_ASSIGN(m_incoming, IncomingFolder::open(files->incoming()));
    }
    if (m_lookAtIncoming && steady_clock::now() >= *m_lookAtIncoming) {
        m_lookAtIncoming.reset();
        m_incoming->lookAgain();
    }
    DRYDOCK_ASSIGN(const auto files, m_incoming->take());
    for (const std::filesystem::path& file : files) {
        m_firmwareJobs->importIncoming(*m_service, file, [this](bool done) {
            if (!done) m_lookAtIncoming = steady_clock::now() + kIncomingAgain;
        });
    }
    return false;
}

Result<bool> DeskCore::Impl::follow() {
    if (m_clock.monotonicMs() - m_lastLookMs < kLookEveryMs) return false;
    DRYDOCK_ASSIGN(StoreFollower::Look look, m_follower->look());
    if (!look.more) m_lastLookMs = m_clock.monotonicMs();
    m_holder = storeHolder(m_options.storeDirectory);
    tell(std::move(look.changes));
    return look.more;
}

SteadyTime DeskCore::Impl::nextWake() const {
    const SteadyTime now = steady_clock::now();
    SteadyTime wake = now + (m_follower ? milliseconds(kLookEveryMs) : kLongestWait);
    if (m_statusUntold) wake = std::min(wake, m_statusToldAt + kStatusEvery);
    if (m_choresWait) wake = std::min(wake, now + kLookAtLogEvery);
    bool held = false;
    for (const Chore& chore : m_chores) {
        if (!chore.backOff.holds(now)) continue;
        held = true;
        wake = std::min(wake, chore.backOff.until());
    }
    if (m_nextTimerMs && !held) {
        const std::int64_t dueInMs =
            std::clamp<std::int64_t>(*m_nextTimerMs - m_clock.wallMs(), 0, kLongestWait.count());
        wake = std::min(wake, now + milliseconds(dueInMs));
    }
    return wake;
}

void DeskCore::Impl::waitForWork() {
    const SteadyTime wake = nextWake();
    std::unique_lock lock(m_mutex);
    m_wakeUp.wait_until(lock, wake,
                        [this] { return m_stopping || m_wakeRequested || !m_posted.empty() || !m_commits.empty(); });
}

}  // namespace drydock::app
