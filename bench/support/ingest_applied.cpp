#include "bench/support/ingest_applied.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "app/mqtt/journal.h"
#include "app/simulator/simulated_fleet.h"
#include "bench/support/ingest_raw_tables.h"
#include "bench/support/registered_fleet.h"
#include "models/fleet/fleet_service.h"
#include "storage/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::bench {
namespace {

using std::chrono::steady_clock;
using storage::Result;
using Seconds = std::chrono::duration<double>;

constexpr std::int64_t kStartMs = 1'711'320'000'000;
constexpr std::uint64_t kSeed = 1;

// Everyone fails, and nobody reaches the tenth failure: each message counts.
fleet::FleetOptions options(const std::filesystem::path& directory) {
    fleet::FleetOptions result;
    result.limits.retriesPerCycle = std::numeric_limits<int>::max();
    result.firmwareDirectory = directory / "firmware";
    return result;
}

class Comparison {
public:
    explicit Comparison(const AppliedWork& work)
        : m_work(work), m_fleet({work.devices, 1, 0, kStartMs, kSeed}), m_random(kSeed) {}

    Result<AppliedRates> run();

private:
    Result<void> prepare();
    void makeRound();
    Result<Seconds> applyWithService();
    Result<Seconds> applyRaw();

    const AppliedWork m_work;
    const app::SimulatedFleet m_fleet;
    std::mt19937_64 m_random;
    const tests::TemporaryDirectory m_directory;
    const tests::ManualClock m_clock{kStartMs};
    std::unique_ptr<storage::SqliteStore> m_store;
    std::unique_ptr<fleet::FleetService> m_service;
    std::unique_ptr<app::Journal> m_journal;
    std::unique_ptr<RawTables> m_raw;
    std::uint64_t m_turn = 0;
    // Of the round.
    std::vector<std::string> m_devices;
    std::vector<fleet::RawMessage> m_messages;
};

Result<void> Comparison::prepare() {
    storage::StoreOptions storeOptions;
    storeOptions.clock = &m_clock;
    DRYDOCK_ASSIGN(m_store, storage::SqliteStore::open(m_directory / "store", storeOptions));
    DRYDOCK_ASSIGN(m_service, fleet::FleetService::open(*m_store, m_clock, options(m_directory / "store")));
    DRYDOCK_TRY(registerDevices(*m_service, m_fleet, m_work.devices, m_work.batch, kStartMs));
    DRYDOCK_ASSIGN(m_journal, app::Journal::open(m_directory / "journal.db", m_service->counters().position));
    DRYDOCK_ASSIGN(RowShapes shapes, readShapes(m_directory / "store" / "store.db"));
    DRYDOCK_ASSIGN(m_raw, RawTables::create(m_directory / "raw.db", std::move(shapes)));

    std::vector<std::string> devices;
    for (std::uint64_t device = 0; device < m_work.devices; ++device) {
        devices.push_back(m_fleet.deviceId(device));
        if (devices.size() < m_work.batch && device + 1 < m_work.devices) continue;
        DRYDOCK_TRY(m_raw->apply(devices));
        devices.clear();
    }
    return {};
}

void Comparison::makeRound() {
    m_devices.clear();
    m_messages.clear();
    const std::uint64_t messages = m_work.messages / static_cast<std::uint64_t>(m_work.rounds);
    std::uniform_int_distribution<std::uint64_t> anyDevice(0, m_work.devices - 1);
    while (m_messages.size() < messages) {
        const std::uint64_t device = anyDevice(m_random);
        m_devices.push_back(m_fleet.deviceId(device));
        // A turn of its own for each message, so that none is a duplicate.
        ++m_turn;
        const std::int64_t arrivedMs = kStartMs + static_cast<std::int64_t>(m_turn) * 1000 / kMessagesOfSecond;
        m_messages.push_back({"iot/device/data", m_fleet.message(m_turn * m_work.devices + device).payload, arrivedMs});
    }
}

// From the journal, as the desk core does it; that they were journaled isn't counted.
Result<Seconds> Comparison::applyWithService() {
    for (std::size_t begin = 0; begin < m_messages.size(); begin += m_work.batch) {
        const std::size_t count = std::min(m_work.batch, m_messages.size() - begin);
        DRYDOCK_TRY(m_journal->append(std::span(m_messages).subspan(begin, count)));
    }
    const std::uint64_t before = m_service->counters().applied;
    const auto begin = steady_clock::now();
    for (;;) {
        DRYDOCK_ASSIGN(const auto batch, m_journal->read(m_service->counters().position, m_work.batch));
        if (batch.empty()) break;
        DRYDOCK_TRY(m_service->apply(batch));
    }
    const Seconds took = steady_clock::now() - begin;
    if (m_service->counters().applied - before != m_messages.size())
        return storage::fail(storage::ErrorCode::internal, "Not all messages were applied.");
    return took;
}

Result<Seconds> Comparison::applyRaw() {
    const auto begin = steady_clock::now();
    for (std::size_t i = 0; i < m_devices.size(); i += m_work.batch)
        DRYDOCK_TRY(m_raw->apply(std::span(m_devices).subspan(i, std::min(m_work.batch, m_devices.size() - i))));
    return Seconds(steady_clock::now() - begin);
}

Result<AppliedRates> Comparison::run() {
    DRYDOCK_TRY(prepare());
    Seconds raw{0};
    Seconds service{0};
    double messages = 0;
    for (int round = 0; round < m_work.rounds; ++round) {
        makeRound();
        DRYDOCK_ASSIGN(const Seconds ofRaw, applyRaw());
        DRYDOCK_ASSIGN(const Seconds ofService, applyWithService());
        raw += ofRaw;
        service += ofService;
        messages += static_cast<double>(m_messages.size());
    }
    return AppliedRates{messages / raw.count(), messages / service.count()};
}

}  // namespace

Result<AppliedRates> measureApplied(const AppliedWork& work) {
    return Comparison(work).run();
}

}  // namespace drydock::bench
