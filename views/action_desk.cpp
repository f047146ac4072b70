#include "views/action_desk.h"

#include "models/action_runner.h"
#include "views/widgets/message_banner.h"
#include "views/widgets/preview_panel.h"

namespace drydock::views {

using models::ActionRunner;

namespace {

MessageBanner::Tone toneOf(models::Severity severity) {
    switch (severity) {
        case models::Severity::success:
            return MessageBanner::Tone::success;
        case models::Severity::warning:
            return MessageBanner::Tone::warning;
        case models::Severity::error:
            return MessageBanner::Tone::error;
        case models::Severity::info:
            break;
    }
    return MessageBanner::Tone::information;
}

QString sentence(const models::Notice& notice) {
    return notice.todo.isEmpty() ? notice.text : notice.text + QLatin1Char(' ') + notice.todo;
}

bool everythingDone(const ActionRunner& runner) {
    const auto state =
        runner.state() == ActionRunner::State::undone ? ActionRunner::StepState::undone : ActionRunner::StepState::done;
    return runner.count(state) == static_cast<int>(runner.steps().size());
}

}  // namespace

ActionDesk::ActionDesk(models::DeskClient& client, PreviewPanel& panel, MessageBanner& banner, QObject* parent)
    : QObject(parent), m_client(&client), m_panel(&panel), m_banner(&banner) {
    connect(m_panel, &PreviewPanel::closed, this, &ActionDesk::closePanel);
    connect(m_banner, &MessageBanner::actionClicked, this, &ActionDesk::undo);
    connect(m_banner, &MessageBanner::actionExpired, this, [this](quint64 run) {
        const auto found = m_undoable.find(run);
        if (found == m_undoable.end()) return;
        if (found->second != m_current) found->second->deleteLater();
        m_undoable.erase(found);
    });
}

ActionRunner* ActionDesk::newRunner(const QString& screen) {
    if (m_current != nullptr && m_current->isBusy() && m_current->state() != ActionRunner::State::previewing) {
        m_banner->showMessage(MessageBanner::Tone::warning,
                              tr("Another action is under way. Wait for it, or cancel it first."));
        return nullptr;
    }
    closePanel();
    m_current = new ActionRunner(*m_client, screen, this);
    follow(*m_current);
    return m_current;
}

void ActionDesk::follow(ActionRunner& runner) {
    connect(&runner, &ActionRunner::stateChanged, this, [this, &runner] {
        const bool over = runner.state() == ActionRunner::State::done || runner.state() == ActionRunner::State::undone;
        if (over) finish(runner);
    });
}

void ActionDesk::start(const fleet::ActionRequest& action, const QStringList& targets, const QString& screen) {
    if (targets.isEmpty()) return;
    ActionRunner* runner = newRunner(screen);
    if (runner == nullptr) return;
    m_panel->setRunner(runner);
    emit panelWanted(true);
    runner->start(action, targets);
}

void ActionDesk::startUndo(quint64 auditSequence, const QString& screen) {
    startUndoOf({auditSequence}, screen);
}

void ActionDesk::startBulkUndo(quint64 bulk, const QString& screen) {
    m_client->fetchBulk(bulk, this, [this, screen](const storage::Result<std::vector<fleet::AuditEntry>>& entries) {
        if (!entries) return showNotice(models::noticeFrom(entries.error(), tr("The activity could not be read")));
        std::vector<std::uint64_t> sequences;
        for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry)
            if (entry->undoable) sequences.push_back(entry->sequence);
        if (!sequences.empty()) return startUndoOf(sequences, screen);
        m_banner->showMessage(MessageBanner::Tone::warning, tr("None of these can be taken back any more."));
    });
}

void ActionDesk::startUndoOf(const std::vector<std::uint64_t>& auditSequences, const QString& screen) {
    ActionRunner* runner = newRunner(screen);
    if (runner == nullptr) return;
    m_panel->setRunner(runner);
    emit panelWanted(true);
    runner->startUndo(auditSequences);
}

void ActionDesk::finish(ActionRunner& runner) {
    const models::Notice notice = runner.notice();
    const bool offerUndo = runner.state() == ActionRunner::State::done && runner.canUndo() &&
                           runner.count(ActionRunner::StepState::done) > 0 && !runner.isUndoOfEarlier();
    if (offerUndo) {
        m_undoable[++m_lastRun] = &runner;
        m_banner->showMessage(toneOf(notice.severity), sentence(notice), tr("Undo"), m_lastRun);
    } else {
        m_banner->showMessage(toneOf(notice.severity), sentence(notice));
    }
    // What did not go as wished stays in the panel, target by target, until the person has seen it.
    if (&runner == m_current && everythingDone(runner)) closePanel();
}

void ActionDesk::closePanel() {
    m_panel->setRunner(nullptr);
    emit panelWanted(false);
    if (m_current == nullptr) return;
    ActionRunner* runner = m_current;
    m_current = nullptr;
    for (const auto& [run, kept] : m_undoable) {
        if (kept == runner) return;
    }
    // Its signal may be what brought us here.
    runner->deleteLater();
}

void ActionDesk::undo(quint64 run) {
    const auto found = m_undoable.find(run);
    if (found == m_undoable.end()) return;
    ActionRunner* runner = found->second;
    m_undoable.erase(found);
    closePanel();
    m_current = runner;
    m_panel->setRunner(runner);
    runner->undo();
    emit panelWanted(runner->isBusy() && runner->steps().size() > 1);
}

void ActionDesk::showNotice(const models::Notice& notice) {
    m_banner->showMessage(toneOf(notice.severity), sentence(notice));
}

}  // namespace drydock::views
