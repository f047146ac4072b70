// ActionRunner: carries one action of an operator from its preview to its outcome, over one target or many:
// start → preview → confirm → done → undo.
//
// Thread: GUI. Borrows the client, which outlives it. One at a time: start() while performing is refused.
// Targets are taken one after the other; one that fails doesn't stop the rest.
// Answers to a run that was cancelled or replaced are dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QObject>
#include <QStringList>

#include "models/desk_client.h"
#include "models/notice.h"

namespace drydock::models {

class ActionRunner : public QObject {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        idle,
        previewing,  // asking what would change
        ready,       // the preview stands: confirm() or cancel()
        performing,
        done,  // every target is through; see steps() for what became of each
        undoing,
        undone,
    };
    Q_ENUM(State)

    enum class StepState : std::uint8_t {
        waiting,
        previewed,
        refused,  // a rule forbids it, or there is no such target; `error` says why
        done,
        conflict,  // it changed since the preview: preview anew
        failed,
        skipped,  // cancelled before its turn
        undone,
    };
    Q_ENUM(StepState)

    struct Step {
        QString target;
        StepState state = StepState::waiting;
        fleet::ActionPreview preview;
        fleet::ActionOutcome outcome;         // when done
        std::optional<storage::Error> error;  // when refused, in conflict or failed
        std::uint64_t undoOf = 0;             // the audit's sequence of what it takes back
    };

    // `screen` goes into the audit.
    ActionRunner(DeskClient& client, QString screen, QObject* parent = nullptr);

    // Asks for the preview of `action`, of which only the target is still to be named. False when one is being
    // performed.
    bool start(const fleet::ActionRequest& action, const QStringList& targets);
    // The same of one that takes nothing but a text.
    bool start(fleet::ActionKind kind, const QStringList& targets, const QString& text = {});
    // The same for taking back earlier actions, in this order.
    bool startUndo(const std::vector<std::uint64_t>& auditSequences);
    // Asks anew for the targets in conflict, with what they are now.
    void previewAgain();
    // Performs what was previewed.
    void confirm(const QString& why = {});
    // Drops a preview; stops performing or undoing behind the target under way.
    void cancel();
    // Takes back what this run has done, last first.
    void undo();
    // Back to idle; the outcome has been seen. Nothing while performing or undoing.
    void dismiss();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isBusy() const;  // previewing, performing or undoing
    [[nodiscard]] fleet::ActionKind kind() const { return m_action.kind; }
    [[nodiscard]] bool isUndoOfEarlier() const { return m_isUndo; }
    [[nodiscard]] const std::vector<Step>& steps() const { return m_steps; }
    [[nodiscard]] int count(StepState state) const;
    // There is a preview to perform.
    [[nodiscard]] bool canConfirm() const { return m_state == State::ready && count(StepState::previewed) > 0; }
    // Everything that would be or was done can be taken back.
    [[nodiscard]] bool canUndo() const;
    // The outcome in one sentence, with what to do next; of a run that is done or undone.
    [[nodiscard]] Notice notice() const;

signals:
    void stateChanged();
    void stepChanged(int step);
    void progressed(int through, int total);  // of the state under way

private:
    void begin(State state);
    void setState(State state);
    void setStep(std::size_t step, StepState state);
    void next();
    void finish();
    [[nodiscard]] bool isDue(const Step& step) const;
    void ask(std::size_t step);
    void act(std::size_t step);
    void takeBack(std::size_t step);
    void takePreview(std::size_t step, storage::Result<fleet::ActionPreview> answer);
    void takeOutcome(std::size_t step, storage::Result<fleet::ActionOutcome> answer);
    [[nodiscard]] Notice doneNotice() const;
    [[nodiscard]] Notice undoneNotice() const;

    DeskClient* m_client;
    QString m_screen;
    State m_state = State::idle;
    fleet::ActionRequest m_action;
    bool m_isUndo = false;  // of earlier actions
    std::vector<Step> m_steps;
    std::size_t m_next = 0;  // how many steps of the state under way were looked at
    int m_through = 0;
    int m_total = 0;
    bool m_stop = false;
    std::uint64_t m_token = 0;
};

}  // namespace drydock::models
