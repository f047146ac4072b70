// What the desk core says of itself.
#include <algorithm>
#include <tuple>

#include "app/services/desk_core_impl.h"

namespace drydock::app {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::Error;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr milliseconds kRateOver{1'000};

bool sameStatus(const fleet::DeskStatus& a, const fleet::DeskStatus& b) {
    const auto fields = [](const fleet::DeskStatus& status) {
        return std::tie(status.accounting, status.connection, status.connectionSinceMs, status.connectionError,
                        status.messagesPerSecond, status.outboxBacklog, status.webhookBacklog, status.limits,
                        status.storeBytes, status.storeBudgetBytes, status.removed, status.troubles, status.holder);
    };
    return fields(a) == fields(b);
}

}  // namespace

std::string DeskCore::Impl::describe(const Error& error) const {
    const std::string directory = m_options.storeDirectory.string();
    if (error.code == ErrorCode::diskFull) {
        return "The disk that holds " + directory +
               " is full. Free some space; Drydock goes on by itself. Nothing is lost: messages wait with the broker.";
    }
    return "The store in " + directory + " can't be used just now: " + error.message +
           " Drydock tries again by itself. Nothing is lost: messages wait with the broker.";
}

std::vector<std::string> DeskCore::Impl::troubles(const LinkState& link) const {
    std::vector<std::string> all;
    const auto add = [&all](const std::string& trouble) {
        if (!trouble.empty() && std::find(all.begin(), all.end(), trouble) == all.end()) all.push_back(trouble);
    };
    for (const Chore& chore : m_chores) add(chore.trouble);
    add(m_damage);
    add(m_journalTrouble);
    add(m_settingsTrouble);
    for (const std::string& trouble : m_service->settingTroubles()) add(trouble);
    add(m_webhook.trouble());
    add(m_budget.trouble());
    add(link.journalTrouble);
    return all;
}

void DeskCore::Impl::countReceived() {
    if (!m_journal) return;
    const Result<void> counted = m_journal->countReceived();
    m_journalTrouble = counted ? std::string() : describe(counted.error());
}

void DeskCore::Impl::measureRate(std::uint64_t received) {
    const SteadyTime now = steady_clock::now();
    const auto over = now - m_rateSince;
    if (over < kRateOver) return;
    m_rate = static_cast<double>(received - m_rateCount) / std::chrono::duration<double>(over).count();
    m_rateCount = received;
    m_rateSince = now;
}

const fleet::AppliedCounters& DeskCore::Impl::counters() const {
    return m_follower ? m_follower->counters() : m_service->counters();
}

void DeskCore::Impl::refreshStatus() {
    countReceived();
    const fleet::AppliedCounters& counters = this->counters();
    fleet::DeskStatus status;
    status.accounting.applied = counters.applied;
    status.accounting.duplicate = counters.duplicate;
    status.accounting.quarantined = counters.quarantined;
    // A journal that can't be read just now may know less than what was applied from it.
    status.accounting.received = m_journal ? std::max(m_journal->received(), counters.position) : counters.position;
    status.accounting.waiting = status.accounting.received - counters.position;
    measureRate(status.accounting.received);
    status.messagesPerSecond = m_rate;
    status.outboxBacklog = m_follower ? m_follower->outboxBacklog() : m_service->outboxBacklog();
    status.webhookBacklog = m_follower ? m_follower->webhookBacklog() : m_webhook.backlog();
    status.limits = m_service->options().limits;
    status.storeBytes = m_budget.usedBytes();
    status.storeBudgetBytes = m_service->options().budgetBytes;
    status.removed = m_budget.removed();
    status.topics = m_options.topics;
    status.readOnly = m_options.readOnly;
    status.holder = m_holder;
    if (m_options.broker) status.broker = m_options.broker->display();

    bool changed = false;
    {
        const std::lock_guard lock(m_mutex);
        status.connection = m_linkState.connection;
        status.connectionSinceMs = m_linkState.sinceMs;
        status.connectionError = m_linkState.error;
        status.troubles = troubles(m_linkState);
        changed = !sameStatus(status, m_status);
        m_status = status;
        m_statusChanged.notify_all();
    }
    m_statusUntold = m_statusUntold || changed;
}

void DeskCore::Impl::tellStatus() {
    const SteadyTime now = steady_clock::now();
    if (!m_statusUntold || now - m_statusToldAt < kStatusEvery) return;
    m_statusToldAt = now;
    m_statusUntold = false;
    if (m_listener.statusChanged) m_listener.statusChanged(status());
}

}  // namespace drydock::app
