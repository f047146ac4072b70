// The inside of DeskCore; see desk_core.h for what it promises.
//
// The core's thread runs chores in turn, each for one bounded slice: apply, timers, outbox, webhook, sweep, budget,
// tend, groups, trim, incoming. Between any two slices it serves what was posted and what requests write, so that a
// command waits for one slice at most. A chore that fails backs off alone; the others go on. A core that only looks on
// has one chore: it follows what the store's owner commits.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/services/desk_core.h"
#include "app/services/incoming_folder.h"
#include "app/services/integrity_check.h"
#include "app/services/journal_feed.h"
#include "app/services/outbox_feed.h"
#include "app/services/pacing.h"
#include "app/services/store_budget.h"
#include "app/services/store_follower.h"
#include "app/services/webhook_feed.h"

namespace drydock::app {

// So often at most listeners hear of a changed status.
inline constexpr std::chrono::milliseconds kStatusEvery{200};

class DeskCore::Impl {
public:
    using Work = std::function<void(fleet::FleetService&, storage::SqliteStore&)>;

    Impl(DeskOptions options, Listener listener);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] storage::Result<void> start();
    void post(Work work);
    void commit(std::vector<storage::WriteUnit> units, CommitAnswer answer);
    bool drain(std::chrono::milliseconds limit);
    [[nodiscard]] fleet::DeskStatus status() const;
    [[nodiscard]] const DeskOptions& options() const { return m_options; }
    [[nodiscard]] FirmwareJobs& firmwareJobs() { return *m_firmwareJobs; }

private:
    struct Chore {
        storage::Result<bool> (Impl::*run)();  // returns whether there may be more to do at once
        bool canWait = false;                  // a while, for the store to copy its log
        std::optional<SteadyTime> waitsSince;
        BackOff backOff;
        std::string trouble;  // empty: the last slice went well
    };

    // The writes of one request.
    struct Commit {
        std::vector<storage::WriteUnit> units;
        CommitAnswer answer;
    };

    void startChores();
    [[nodiscard]] storage::Result<void> startLink();
    // What a commit changed, on the core's thread.
    void tell(fleet::FleetChanges changes);
    // Changes what the mutex guards, and wakes the core.
    void wakeAfter(const std::function<void()>& change);
    void stop();

    // All below: the core's thread, once it runs.
    void run();
    void servePosted();
    void takeOverSettings();
    void commitWaiting();
    [[nodiscard]] std::vector<Commit> takeCommits();
    [[nodiscard]] bool runChore(Chore& chore);
    [[nodiscard]] bool waitsForLog(Chore& chore);
    [[nodiscard]] storage::Result<bool> apply();
    [[nodiscard]] storage::Result<bool> runTimers();
    [[nodiscard]] storage::Result<bool> feedOutbox();
    [[nodiscard]] storage::Result<bool> feedWebhook();
    [[nodiscard]] storage::Result<bool> sweep();
    [[nodiscard]] storage::Result<bool> keepWithinBudget();
    // Indexes that are being filled, backups, restores, exports and imports.
    [[nodiscard]] storage::Result<bool> tendTables();
    // Groups whose members are still to be looked up.
    [[nodiscard]] storage::Result<bool> tendGroups();
    [[nodiscard]] storage::Result<bool> trimJournal();
    // Packages dropped into the incoming folder.
    [[nodiscard]] storage::Result<bool> takeIncoming();
    [[nodiscard]] storage::Result<bool> follow();
    [[nodiscard]] storage::Result<void> noteClockJump();
    [[nodiscard]] std::string describe(const storage::Error& error) const;
    [[nodiscard]] std::vector<std::string> troubles(const LinkState& link) const;
    void countReceived();
    void measureRate(std::uint64_t received);
    [[nodiscard]] const fleet::AppliedCounters& counters() const;
    void refreshStatus();
    void tellStatus();
    void waitForWork();
    [[nodiscard]] SteadyTime nextWake() const;

    const DeskOptions m_options;
    const Listener m_listener;
    const storage::SystemClock m_systemClock;
    const storage::Clock& m_clock;

    // In the order they must come and, backwards, go.
    std::unique_ptr<storage::SqliteStore> m_store;
    std::unique_ptr<fleet::FleetService> m_service;
    std::unique_ptr<FirmwareJobs> m_firmwareJobs;
    std::optional<IncomingFolder> m_incoming;    // once it can be watched
    std::optional<SteadyTime> m_lookAtIncoming;  // again, then
    std::unique_ptr<JournalFeed> m_journal;      // none: read-only or for commands only
    std::optional<StoreFollower> m_follower;     // only read-only
    OutboxFeed m_outbox;
    WebhookFeed m_webhook;
    StoreBudget m_budget;
    std::unique_ptr<MqttLink> m_link;                  // none: no broker
    std::unique_ptr<IntegrityCheck> m_integrityCheck;  // none: for commands only

    // The core's thread's own.
    std::vector<Chore> m_chores;
    std::string m_journalTrouble;
    bool m_settingsStale = false;  // somebody wrote to their table
    bool m_choresWait = false;     // some were left out of the last round
    std::string m_settingsTrouble;
    BatchSize m_applyBatch;
    BatchSize m_timerBatch;
    BatchSize m_sweepBatch;
    BatchSize m_tendBatch;
    BatchSize m_groupBatch;
    BatchSize m_commitBatch;  // counts writes
    std::optional<std::int64_t> m_nextTimerMs;
    std::int64_t m_lastWallMs;
    std::int64_t m_lastMonotonicMs;
    std::int64_t m_clockJumpMs = 0;  // seen, not noted yet
    bool m_reclaiming = false;       // space of the journal, in pieces
    bool m_sweeping = true;          // a round is under way; one begins at the start
    std::int64_t m_lastSweepMs = 0;  // monotonic
    std::int64_t m_lastLookMs = 0;   // the follower's, monotonic
    std::string m_holder;            // of the store, as of the last look
    std::uint64_t m_rateCount = 0;
    SteadyTime m_rateSince;
    double m_rate = 0;
    SteadyTime m_statusToldAt;
    bool m_statusUntold = false;

    mutable std::mutex m_mutex;  // guards all below
    std::condition_variable m_wakeUp;
    std::condition_variable m_statusChanged;
    std::deque<Work> m_posted;
    std::deque<Commit> m_commits;
    bool m_wakeRequested = false;
    bool m_stopping = false;
    bool m_linkStopped = false;
    LinkState m_linkState;
    std::string m_damage;  // of the store's file; empty: none was found
    fleet::DeskStatus m_status;

    std::thread m_thread;
};

}  // namespace drydock::app
