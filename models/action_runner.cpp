#include "models/action_runner.h"

#include <algorithm>
#include <utility>

#include "models/format.h"

namespace drydock::models {
namespace {

using storage::ErrorCode;

bool isConflict(ErrorCode code) {
    return code == ErrorCode::conflict || code == ErrorCode::conditionalCheckFailed ||
           code == ErrorCode::transactionCanceled;
}

// Of a step that is done: 0 in its request means that it was the first.
std::uint64_t bulkOf(const ActionRunner::Step& step) {
    const std::uint64_t bulk = step.preview.request.bulk.value_or(0);
    return bulk == 0 ? step.outcome.auditSequence : bulk;
}

bool isRefusal(ErrorCode code) {
    return code == ErrorCode::refused || code == ErrorCode::notFound || code == ErrorCode::validation;
}

}  // namespace

ActionRunner::ActionRunner(DeskClient& client, QString screen, QObject* parent)
    : QObject(parent), m_client(&client), m_screen(std::move(screen)) {}

bool ActionRunner::isBusy() const {
    return m_state == State::previewing || m_state == State::performing || m_state == State::undoing;
}

bool ActionRunner::start(fleet::ActionKind kind, const QStringList& targets, const QString& text) {
    return start(fleet::ActionRequest{kind, {}, text.toStdString(), {}}, targets);
}

bool ActionRunner::start(const fleet::ActionRequest& action, const QStringList& targets) {
    if (m_state == State::performing || m_state == State::undoing) return false;
    m_action = action;
    m_isUndo = false;
    m_steps.clear();
    for (const QString& target : targets) m_steps.push_back({target, StepState::waiting, {}, {}, {}, 0});
    begin(State::previewing);
    return true;
}

bool ActionRunner::startUndo(const std::vector<std::uint64_t>& auditSequences) {
    if (m_state == State::performing || m_state == State::undoing) return false;
    m_isUndo = true;
    m_action = {};
    m_steps.clear();
    for (const std::uint64_t sequence : auditSequences)
        m_steps.push_back({{}, StepState::waiting, {}, {}, {}, sequence});
    begin(State::previewing);
    return true;
}

void ActionRunner::previewAgain() {
    if (isBusy()) return;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (m_steps[i].state == StepState::conflict) setStep(i, StepState::waiting);
    }
    begin(State::previewing);
}

void ActionRunner::confirm(const QString& why) {
    if (!canConfirm()) return;
    for (Step& step : m_steps) step.preview.request.why = why.toStdString();
    begin(State::performing);
}

void ActionRunner::undo() {
    if (m_state == State::done && canUndo()) begin(State::undoing);
}

void ActionRunner::cancel() {
    if (m_state == State::performing || m_state == State::undoing)
        m_stop = true;
    else
        dismiss();
}

void ActionRunner::dismiss() {
    if (m_state == State::performing || m_state == State::undoing) return;
    ++m_token;
    m_steps.clear();
    m_isUndo = false;
    setState(State::idle);
}

void ActionRunner::begin(State state) {
    ++m_token;
    m_next = 0;
    m_through = 0;
    m_stop = false;
    setState(state);
    m_total = static_cast<int>(
        std::count_if(m_steps.begin(), m_steps.end(), [this](const Step& step) { return isDue(step); }));
    emit progressed(0, m_total);
    next();
}

bool ActionRunner::isDue(const Step& step) const {
    switch (m_state) {
        case State::previewing:
            return step.state == StepState::waiting;
        case State::performing:
            return step.state == StepState::previewed;
        case State::undoing:
            return step.state == StepState::done && step.outcome.canUndo;
        default:
            return false;
    }
}

void ActionRunner::next() {
    while (m_next < m_steps.size() && !m_stop) {
        // The way back goes from the last to the first.
        const std::size_t step = m_state == State::undoing ? m_steps.size() - 1 - m_next : m_next;
        ++m_next;
        if (!isDue(m_steps[step])) continue;
        if (m_state == State::previewing)
            ask(step);
        else if (m_state == State::performing)
            act(step);
        else
            takeBack(step);
        return;
    }
    finish();
}

void ActionRunner::finish() {
    if (m_state == State::previewing) {
        setState(State::ready);
        return;
    }
    const bool performed = m_state == State::performing;
    for (std::size_t i = 0; performed && i < m_steps.size(); ++i) {
        if (m_steps[i].state == StepState::previewed) setStep(i, StepState::skipped);
    }
    setState(performed ? State::done : State::undone);
}

void ActionRunner::ask(std::size_t step) {
    const auto answer = [this, step, token = m_token](storage::Result<fleet::ActionPreview> preview) {
        if (token == m_token) takePreview(step, std::move(preview));
    };
    if (m_isUndo) {
        m_client->previewUndo(m_steps[step].undoOf, this, answer);
        return;
    }
    m_action.target = m_steps[step].target.toStdString();
    m_client->preview(m_action, this, answer);
}

void ActionRunner::act(std::size_t step) {
    const auto answer = [this, step, token = m_token](storage::Result<fleet::ActionOutcome> outcome) {
        if (token == m_token) takeOutcome(step, std::move(outcome));
    };
    if (m_isUndo) {
        m_client->undo(m_steps[step].undoOf, m_screen, this, answer);
        return;
    }
    // What is done to several is one bulk, which bears the number of the first that is done.
    if (m_steps.size() > 1) {
        const auto first = std::find_if(m_steps.begin(), m_steps.end(),
                                        [](const Step& each) { return each.state == StepState::done; });
        m_steps[step].preview.request.bulk = first != m_steps.end() ? bulkOf(*first) : 0;
    }
    m_client->perform(m_steps[step].preview, m_screen, this, answer);
}

void ActionRunner::takeBack(std::size_t step) {
    m_client->undo(m_steps[step].outcome.auditSequence, m_screen, this,
                   [this, step, token = m_token](storage::Result<fleet::ActionOutcome> outcome) {
                       if (token != m_token) return;
                       if (outcome) {
                           setStep(step, StepState::undone);
                       } else {
                           m_steps[step].error = outcome.error();  // it stays done
                           emit stepChanged(static_cast<int>(step));
                       }
                       emit progressed(++m_through, m_total);
                       next();
                   });
}

void ActionRunner::takePreview(std::size_t step, storage::Result<fleet::ActionPreview> answer) {
    if (answer) {
        if (m_isUndo) m_steps[step].target = QString::fromStdString(answer->request.target);
        m_steps[step].preview = std::move(*answer);
        m_steps[step].error.reset();
        setStep(step, StepState::previewed);
    } else {
        m_steps[step].error = answer.error();
        setStep(step, isRefusal(answer.error().code) ? StepState::refused : StepState::failed);
    }
    emit progressed(++m_through, m_total);
    next();
}

void ActionRunner::takeOutcome(std::size_t step, storage::Result<fleet::ActionOutcome> answer) {
    if (answer) {
        m_steps[step].outcome = std::move(*answer);
        m_steps[step].error.reset();
        setStep(step, StepState::done);
    } else {
        const ErrorCode code = answer.error().code;
        m_steps[step].error = answer.error();
        setStep(step, isConflict(code)  ? StepState::conflict
                      : isRefusal(code) ? StepState::refused
                                        : StepState::failed);
    }
    emit progressed(++m_through, m_total);
    next();
}

void ActionRunner::setState(State state) {
    if (state == m_state && state == State::idle) return;
    m_state = state;
    emit stateChanged();
}

void ActionRunner::setStep(std::size_t step, StepState state) {
    m_steps[step].state = state;
    emit stepChanged(static_cast<int>(step));
}

int ActionRunner::count(StepState state) const {
    return static_cast<int>(
        std::count_if(m_steps.begin(), m_steps.end(), [state](const Step& step) { return step.state == state; }));
}

bool ActionRunner::canUndo() const {
    bool any = false;
    for (const Step& step : m_steps) {
        const bool planned = step.state == StepState::previewed;
        if (!planned && step.state != StepState::done) continue;
        if (!(planned ? step.preview.canUndo : step.outcome.canUndo)) return false;
        any = true;
    }
    return any;
}

Notice ActionRunner::notice() const {
    if (m_state == State::undone) return undoneNotice();
    if (m_state == State::done) return doneNotice();
    return {};
}

Notice ActionRunner::doneNotice() const {
    const int done = count(StepState::done);
    const int conflicts = count(StepState::conflict);
    const int skipped = count(StepState::skipped);
    const auto stopped = std::find_if(m_steps.begin(), m_steps.end(), [](const Step& step) { return step.error; });
    const QString action = m_isUndo ? tr("Undo") : Format::action(kind());
    if (m_steps.size() == 1 && stopped != m_steps.end()) return noticeFrom(*stopped->error, action + QLatin1Char(':'));

    Notice notice;
    const bool whole = done == static_cast<int>(m_steps.size());
    notice.severity = whole ? Severity::success : Severity::warning;
    if (m_steps.size() == 1) {
        const Step& only = m_steps.front();
        notice.text = whole ? tr("%1: done for %2.").arg(action, only.target) : tr("%1: cancelled.").arg(action);
        notice.detail = QString::fromStdString(only.outcome.summary);
    } else {
        notice.text = tr("%1: done for %2 of %3.").arg(action).arg(done).arg(m_steps.size());
    }
    if (conflicts > 0)
        notice.todo = tr("%n changed meanwhile: preview them again.", nullptr, conflicts);
    else if (skipped > 0)
        notice.todo = tr("%n not begun, as you cancelled.", nullptr, skipped);
    else if (stopped != m_steps.end())
        notice.todo = tr("See the reasons beside the others.");
    return notice;
}

Notice ActionRunner::undoneNotice() const {
    const int undone = count(StepState::undone);
    const int left = count(StepState::done);
    const QString action = m_isUndo ? tr("Undo") : Format::action(kind());
    Notice notice;
    notice.severity = left == 0 ? Severity::success : Severity::warning;
    notice.text = m_steps.size() == 1 && undone == 1 ? tr("%1: taken back for %2.").arg(action, m_steps.front().target)
                                                     : tr("%1: taken back for %2.").arg(action).arg(undone);
    if (left > 0) {
        notice.todo = tr("%n could not be taken back: they have changed since.", nullptr, left);
        const auto failed = std::find_if(m_steps.begin(), m_steps.end(), [](const Step& step) { return step.error; });
        if (failed != m_steps.end()) notice.detail = QString::fromStdString(failed->error->message);
    }
    return notice;
}

}  // namespace drydock::models
