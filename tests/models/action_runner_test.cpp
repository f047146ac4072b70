#include <QtTest>

#include "models/action_runner.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using fleet::ActionKind;
using models::ActionRunner;
using State = ActionRunner::State;
using StepState = ActionRunner::StepState;

namespace {

struct Desk {
    Desk() {
        fillSampleFleet(client, 60);
        for (const auto& [id, device] : client.values.devices) {
            if (device.thing.phase == fleet::Phase::failed) failed.push_back(QString::fromStdString(id));
            if (device.thing.phase == fleet::Phase::well) well.push_back(QString::fromStdString(id));
        }
    }
    [[nodiscard]] const fleet::DeviceDetail& device(const QString& id) const {
        return client.values.devices.at(id.toStdString());
    }
    void start(ActionKind kind, const QStringList& targets, const QString& text = {}) {
        QVERIFY(runner.start(kind, targets, text));
        client.answerAll();
    }
    void confirm(const QString& why = {}) {
        runner.confirm(why);
        client.answerAll();
    }
    FakeDeskClient client;
    ActionRunner runner{client, QStringLiteral("failed")};
    QStringList failed;
    QStringList well;
};

}  // namespace

class ActionRunnerTest : public QObject {
    Q_OBJECT
private slots:
    static void oneActionGoesFromPreviewToOutcomeAndBack() {
        Desk desk;
        const QString id = desk.failed.first();
        QVERIFY(desk.runner.start(ActionKind::release, {id}));
        QCOMPARE(desk.runner.state(), State::previewing);
        desk.client.answerAll();
        QCOMPARE(desk.runner.state(), State::ready);
        QVERIFY(desk.runner.canConfirm());
        QVERIFY(desk.runner.canUndo());
        QVERIFY(!desk.runner.steps()[0].preview.changes.empty());
        QCOMPARE(desk.device(id).thing.phase, fleet::Phase::failed);

        desk.confirm(QStringLiteral("exchanged"));
        QCOMPARE(desk.runner.state(), State::done);
        QCOMPARE(desk.runner.notice().severity, models::Severity::success);
        QCOMPARE(desk.device(id).thing.phase, fleet::Phase::well);
        const fleet::AuditEntry audit = desk.client.values.audit.back();
        QCOMPARE(audit.why, std::string("exchanged"));
        QCOMPARE(audit.screen, std::string("failed"));

        desk.runner.undo();
        QCOMPARE(desk.runner.state(), State::undoing);
        desk.client.answerAll();
        QCOMPARE(desk.runner.state(), State::undone);
        QCOMPARE(desk.runner.notice().severity, models::Severity::success);
        QCOMPARE(desk.device(id).thing.phase, fleet::Phase::failed);
        desk.runner.dismiss();
        QCOMPARE(desk.runner.state(), State::idle);
    }

    static void anActionGoesWithAllThatItTakes() {
        Desk desk;
        const QString id = desk.well.first();
        fleet::ActionRequest edit;
        edit.kind = ActionKind::editAttributes;
        edit.edits = {{"site", "north"}};
        QVERIFY(desk.runner.start(edit, {id}));
        QCOMPARE(desk.runner.kind(), ActionKind::editAttributes);
        desk.client.answerAll();
        desk.confirm();
        QCOMPARE(desk.device(id).thing.attributes.at("site"), std::string("north"));
        QVERIFY(!desk.client.values.audit.back().bulk.has_value());
    }

    static void whatARuleForbidsIsRefusedInThePreview() {
        Desk desk;
        desk.start(ActionKind::release, {desk.well.first()});
        QCOMPARE(desk.runner.state(), State::ready);
        QVERIFY(!desk.runner.canConfirm());
        QCOMPARE(desk.runner.steps()[0].state, StepState::refused);
        QVERIFY(desk.runner.steps()[0].error.has_value());
        desk.confirm();
        QCOMPARE(desk.runner.state(), State::ready);
    }

    static void aConflictDoesNothingAndIsPreviewedAgain() {
        Desk desk;
        const QString id = desk.failed.first();
        desk.start(ActionKind::setNote, {id}, QStringLiteral("mine"));
        fleet::DeviceDetail device = desk.device(id);
        device.thing.note = "theirs";
        desk.client.tell(device);
        desk.confirm();
        QCOMPARE(desk.runner.state(), State::done);
        QCOMPARE(desk.runner.steps()[0].state, StepState::conflict);
        QCOMPARE(desk.runner.notice().severity, models::Severity::error);
        QCOMPARE(desk.device(id).thing.note, std::string("theirs"));

        desk.runner.previewAgain();
        desk.client.answerAll();
        QVERIFY(desk.runner.canConfirm());
        QCOMPARE(desk.runner.steps()[0].preview.changes[0].before, std::string("theirs"));
        desk.confirm();
        QCOMPARE(desk.device(id).thing.note, std::string("mine"));
    }

    static void ofManyOneThatFailsDoesNotStopTheRest() {
        Desk desk;
        const QStringList targets = {desk.failed[0], desk.well[0], QStringLiteral("nobody"), desk.failed[1]};
        std::vector<std::pair<int, int>> progress;
        QObject::connect(&desk.runner, &ActionRunner::progressed,
                         [&progress](int through, int total) { progress.emplace_back(through, total); });
        desk.start(ActionKind::release, targets);
        QCOMPARE(progress.front(), std::make_pair(0, 4));
        QCOMPARE(progress.back(), std::make_pair(4, 4));
        desk.confirm();
        QCOMPARE(progress.back(), std::make_pair(2, 2));
        QCOMPARE(desk.runner.count(StepState::done), 2);
        QCOMPARE(desk.runner.count(StepState::refused), 2);
        QCOMPARE(desk.runner.notice().severity, models::Severity::warning);
        const std::vector<fleet::AuditEntry>& audit = desk.client.values.audit;
        const fleet::AuditEntry first = audit[audit.size() - 2];
        QCOMPARE(first.bulk.value(), first.sequence);
        QCOMPARE(audit.back().bulk.value(), first.sequence);
        desk.runner.undo();
        desk.client.answerAll();
        QCOMPARE(desk.runner.count(StepState::undone), 2);
        QCOMPARE(desk.device(desk.failed[1]).thing.phase, fleet::Phase::failed);
    }

    static void aBulkIsTakenBackLaterOneByOne() {
        Desk desk;
        const QStringList targets = {desk.failed[0], desk.failed[1], desk.failed[2]};
        desk.start(ActionKind::setNote, targets, QStringLiteral("seen"));
        desk.confirm();
        std::vector<std::uint64_t> sequences;
        for (auto step = desk.runner.steps().rbegin(); step != desk.runner.steps().rend(); ++step)
            sequences.push_back(step->outcome.auditSequence);
        // One of them has moved on.
        fleet::DeviceDetail device = desk.device(targets[1]);
        device.thing.note = "theirs";
        desk.client.tell(device);

        ActionRunner later(desk.client, QStringLiteral("activity"));
        QVERIFY(later.startUndo(sequences));
        desk.client.answerAll();
        QCOMPARE(later.count(StepState::previewed), 2);
        QCOMPARE(later.count(StepState::refused), 1);
        QCOMPARE(later.steps()[0].target, targets[2]);
        later.confirm();
        desk.client.answerAll();
        QCOMPARE(later.count(StepState::done), 2);
        QVERIFY(later.isUndoOfEarlier());
        QCOMPARE(desk.device(targets[0]).thing.note, std::string());
        QCOMPARE(desk.device(targets[1]).thing.note, std::string("theirs"));
        QCOMPARE(desk.device(targets[2]).thing.note, std::string());
    }

    static void cancellingABulkRunLeavesTheRestUndone() {
        Desk desk;
        desk.start(ActionKind::release, desk.failed);
        desk.client.hold(true);
        desk.runner.confirm();
        desk.client.answerNext();
        desk.runner.cancel();
        desk.client.answerAll();
        QCOMPARE(desk.runner.state(), State::done);
        QCOMPARE(desk.runner.count(StepState::done), 2);  // the one under way is finished
        QCOMPARE(desk.runner.count(StepState::skipped), static_cast<int>(desk.failed.size()) - 2);
        QVERIFY(!desk.runner.notice().todo.isEmpty());
    }

    static void answersOfARunThatWasReplacedAreDropped() {
        Desk desk;
        desk.client.hold(true);
        QVERIFY(desk.runner.start(ActionKind::release, {desk.failed[0]}));
        QVERIFY(desk.runner.start(ActionKind::setNote, {desk.failed[1]}, QStringLiteral("n")));
        desk.client.answerNext();
        QCOMPARE(desk.runner.state(), State::previewing);
        QCOMPARE(desk.runner.steps()[0].target, desk.failed[1]);
        desk.runner.cancel();
        desk.client.answerAll();
        QCOMPARE(desk.runner.state(), State::idle);
        QVERIFY(desk.runner.steps().empty());
    }

    static void nothingStartsWhileOneIsBeingPerformed() {
        Desk desk;
        desk.start(ActionKind::release, {desk.failed[0]});
        desk.client.hold(true);
        desk.runner.confirm();
        QVERIFY(!desk.runner.start(ActionKind::release, {desk.failed[1]}));
        QVERIFY(!desk.runner.startUndo({1}));
        desk.runner.dismiss();
        QCOMPARE(desk.runner.state(), State::performing);
        desk.client.answerAll();
        QCOMPARE(desk.runner.state(), State::done);
    }

    static void anEarlierActionIsTakenBackAfterItsPreview() {
        Desk desk;
        const QString id = desk.failed.first();
        desk.start(ActionKind::release, {id});
        desk.confirm();
        const std::uint64_t sequence = desk.runner.steps()[0].outcome.auditSequence;
        ActionRunner later(desk.client, QStringLiteral("activity"));
        QVERIFY(later.startUndo({sequence}));
        desk.client.answerAll();
        QCOMPARE(later.state(), State::ready);
        QCOMPARE(later.steps()[0].target, id);
        later.confirm();
        desk.client.answerAll();
        QCOMPARE(later.state(), State::done);
        QCOMPARE(later.notice().severity, models::Severity::success);
        QVERIFY(!later.canUndo());
        QCOMPARE(desk.device(id).thing.phase, fleet::Phase::failed);
    }

    static void whatHasChangedSinceCanNotBeTakenBackAndSaysSo() {
        Desk desk;
        const QString id = desk.failed.first();
        desk.start(ActionKind::release, {id});
        desk.confirm();
        fleet::DeviceDetail device = desk.device(id);
        device.thing.note = "someone else";
        desk.client.tell(device);
        desk.runner.undo();
        desk.client.answerAll();
        QCOMPARE(desk.runner.state(), State::undone);
        QCOMPARE(desk.runner.count(StepState::done), 1);
        QCOMPARE(desk.runner.notice().severity, models::Severity::warning);
        QCOMPARE(desk.device(id).thing.phase, fleet::Phase::well);
    }

    static void whatCanNotBeTakenBackSaysSoBeforehand() {
        Desk desk;
        const QString zip = QString::fromStdString(sampleFirmware(2, 0).zipName);
        desk.start(ActionKind::deleteFirmware, {zip});
        QVERIFY(desk.runner.canConfirm());
        QVERIFY(!desk.runner.canUndo());
        desk.confirm();
        QCOMPARE(desk.runner.notice().severity, models::Severity::success);
        desk.runner.undo();
        QCOMPARE(desk.runner.state(), State::done);
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::ActionRunnerTest)
#include "action_runner_test.moc"
