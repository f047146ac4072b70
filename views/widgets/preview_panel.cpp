#include "views/widgets/preview_panel.h"

#include <algorithm>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <QVariant>

#include "models/format.h"
#include "views/icons.h"
#include "views/theme.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/preview_target.h"

namespace drydock::views {

using models::ActionRunner;
using StepState = models::ActionRunner::StepState;

namespace {

// What the act is done to: the targets, or the devices a group takes or gives.
int countOfAct(const ActionRunner& runner) {
    int count = 0;
    for (const ActionRunner::Step& step : runner.steps()) {
        if (step.state != StepState::previewed) continue;
        const fleet::ActionRequest& request = step.preview.request;
        const bool ofMembers =
            request.kind == fleet::ActionKind::addToGroup || request.kind == fleet::ActionKind::removeFromGroup;
        count += ofMembers ? static_cast<int>(request.things.size()) : 1;
    }
    return std::max(count, 1);
}

}  // namespace

QString actLabel(fleet::ActionKind kind, int count) {
    using fleet::ActionKind;
    const auto pick = [count](const QString& one, const QString& many) { return count == 1 ? one : many.arg(count); };
    switch (kind) {
        case ActionKind::restoreAttributes:
            return pick(PreviewPanel::tr("Restore 1 device"), PreviewPanel::tr("Restore %1 devices"));
        case ActionKind::resetCounters:
            return pick(PreviewPanel::tr("Reset 1 device"), PreviewPanel::tr("Reset %1 devices"));
        case ActionKind::release:
            return pick(PreviewPanel::tr("Release 1 device"), PreviewPanel::tr("Release %1 devices"));
        case ActionKind::moveToFailed:
            return pick(PreviewPanel::tr("Move 1 device"), PreviewPanel::tr("Move %1 devices"));
        case ActionKind::setNote:
            return pick(PreviewPanel::tr("Note on 1 device"), PreviewPanel::tr("Note on %1 devices"));
        case ActionKind::assign:
            return pick(PreviewPanel::tr("Assign 1 device"), PreviewPanel::tr("Assign %1 devices"));
        case ActionKind::setCoolOff:
            return pick(PreviewPanel::tr("Set 1 cool-off"), PreviewPanel::tr("Set %1 cool-offs"));
        case ActionKind::editAttributes:
            return pick(PreviewPanel::tr("Edit 1 device"), PreviewPanel::tr("Edit %1 devices"));
        case ActionKind::deleteDevice:
            return pick(PreviewPanel::tr("Delete 1 device"), PreviewPanel::tr("Delete %1 devices"));
        case ActionKind::setReleaseStatus:
            return pick(PreviewPanel::tr("Change 1 firmware"), PreviewPanel::tr("Change %1 firmwares"));
        case ActionKind::deleteFirmware:
            return pick(PreviewPanel::tr("Delete 1 firmware"), PreviewPanel::tr("Delete %1 firmwares"));
        case ActionKind::acknowledgeAlert:
            return pick(PreviewPanel::tr("Acknowledge 1 alert"), PreviewPanel::tr("Acknowledge %1 alerts"));
        case ActionKind::resolveAlert:
            return pick(PreviewPanel::tr("Resolve 1 alert"), PreviewPanel::tr("Resolve %1 alerts"));
        case ActionKind::createGroup:
            return pick(PreviewPanel::tr("Create 1 group"), PreviewPanel::tr("Create %1 groups"));
        case ActionKind::editGroup:
            return pick(PreviewPanel::tr("Edit 1 group"), PreviewPanel::tr("Edit %1 groups"));
        case ActionKind::deleteGroup:
            return pick(PreviewPanel::tr("Delete 1 group"), PreviewPanel::tr("Delete %1 groups"));
        case ActionKind::addToGroup:
            return pick(PreviewPanel::tr("Add 1 device"), PreviewPanel::tr("Add %1 devices"));
        case ActionKind::removeFromGroup:
            return pick(PreviewPanel::tr("Remove 1 device"), PreviewPanel::tr("Remove %1 devices"));
    }
    return {};
}

PreviewPanel::PreviewPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sheet"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Preview of an action"));
    m_targets = new QScrollArea;
    m_targets->setWidgetResizable(true);
    m_targets->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_targets->setAccessibleName(tr("What would change"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHead());
    layout->addWidget(m_targets, 1);
    layout->addWidget(buildFoot());
}

QWidget* PreviewPanel::buildHead() {
    m_heading = new QLabel;
    m_heading->setFont(textFont(TextSize::title, true));
    m_heading->setWordWrap(true);
    m_summary = new QLabel;
    m_summary->setProperty("quiet", true);
    m_summary->setWordWrap(true);
    auto* cross = new QToolButton;
    cross->setIcon(icon(Icon::close));
    cross->setAccessibleName(tr("Close the preview"));
    cross->setToolTip(tr("Close (Esc)"));
    connect(cross, &QToolButton::clicked, this, &PreviewPanel::cancelOrClose);
    auto* head = new QWidget;
    auto* grid = new QGridLayout(head);
    grid->setContentsMargins(space::k4, space::k4, space::k3, space::k3);
    grid->setVerticalSpacing(space::k1);
    grid->addWidget(m_heading, 0, 0);
    grid->addWidget(cross, 0, 1, Qt::AlignTop);
    grid->addWidget(m_summary, 1, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    return head;
}

QWidget* PreviewPanel::buildQuestions() {
    m_why = new QLineEdit;
    m_why->setPlaceholderText(tr("optional, kept in the activity"));
    auto* label = new QLabel(tr("&Reason"));
    label->setBuddy(m_why);
    m_why->setAccessibleName(tr("Reason"));
    m_final = new QCheckBox(tr("I know that this can't be taken back"));
    connect(m_final, &QCheckBox::toggled, this, &PreviewPanel::refreshButtons);
    connect(m_why, &QLineEdit::returnPressed, this, &PreviewPanel::confirm);
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    layout->addWidget(label);
    layout->addWidget(m_why);
    layout->addSpacing(space::k1);
    layout->addWidget(m_final);
    return box;
}

QWidget* PreviewPanel::buildFoot() {
    m_questions = buildQuestions();
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    m_confirm = new QPushButton;
    m_confirm->setDefault(true);
    m_again = new QPushButton(tr("Preview again"));
    m_cancel = new QPushButton;
    connect(m_confirm, &QPushButton::clicked, this, &PreviewPanel::confirm);
    connect(m_again, &QPushButton::clicked, this, [this] { m_runner->previewAgain(); });
    connect(m_cancel, &QPushButton::clicked, this, &PreviewPanel::cancelOrClose);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space::k2);
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_again);
    buttons->addWidget(m_confirm);
    auto* foot = new QWidget;
    foot->setObjectName(QStringLiteral("actionBar"));
    foot->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(foot);
    layout->setContentsMargins(space::k4, space::k3, space::k4, space::k3);
    layout->setSpacing(space::k3);
    layout->addWidget(m_questions);
    layout->addWidget(m_progress);
    layout->addLayout(buttons);
    return foot;
}

void PreviewPanel::setRunner(ActionRunner* runner) {
    if (m_runner != nullptr) disconnect(m_runner, nullptr, this, nullptr);
    m_runner = runner;
    m_why->clear();
    m_final->setChecked(false);
    if (m_runner == nullptr) return;
    connect(m_runner, &ActionRunner::stateChanged, this, &PreviewPanel::refresh);
    connect(m_runner, &ActionRunner::progressed, this, &PreviewPanel::showProgress);
    refresh();
}

QString PreviewPanel::summary() const {
    const int total = static_cast<int>(m_runner->steps().size());
    const int refused = m_runner->count(StepState::refused);
    switch (m_runner->state()) {
        case ActionRunner::State::previewing:
            return tr("Looking at what would change …");
        case ActionRunner::State::ready: {
            const QString what = tr("This is what would change. Nothing has been done yet.");
            return refused == 0 ? what
                                : what + QLatin1Char(' ') + tr("Not possible for %1 of %2.").arg(refused).arg(total);
        }
        case ActionRunner::State::performing:
            return tr("Working. What is done already stays done if you cancel.");
        case ActionRunner::State::undoing:
            return tr("Taking back …");
        case ActionRunner::State::done:
        case ActionRunner::State::undone:
            return m_runner->notice().text;
        case ActionRunner::State::idle:
            break;
    }
    return {};
}

QString PreviewPanel::whyNotConfirm() const {
    if (m_runner->count(StepState::previewed) == 0) return tr("There is nothing that can be done; see above why.");
    if (!m_runner->canUndo() && !m_final->isChecked()) return tr("It can't be taken back: tick the box first.");
    return {};
}

void PreviewPanel::refresh() {
    if (m_runner->state() == ActionRunner::State::idle) return;
    const bool undo = m_runner->isUndoOfEarlier();
    m_heading->setText(undo ? tr("Undo an earlier action") : models::Format::action(m_runner->kind()));
    m_summary->setText(summary());
    listTargets();
    refreshButtons();
    if (m_runner->state() == ActionRunner::State::ready && isVisible()) m_why->setFocus();
}

void PreviewPanel::refreshButtons() {
    using State = ActionRunner::State;
    const State state = m_runner->state();
    const bool over = state == State::done || state == State::undone;
    m_questions->setVisible(state == State::ready);
    m_final->setVisible(state == State::ready && !m_runner->canUndo());
    m_progress->setVisible(m_runner->isBusy());
    if (m_runner->isBusy()) m_progress->setRange(0, 0);
    m_again->setVisible(over && m_runner->count(StepState::conflict) > 0);
    m_confirm->setVisible(state == State::ready || state == State::previewing);
    m_confirm->setText(m_runner->isUndoOfEarlier() ? tr("Undo") : actLabel(m_runner->kind(), countOfAct(*m_runner)));
    setAllowed(*m_confirm, state == State::ready ? whyNotConfirm() : tr("The preview is not there yet."));
    m_cancel->setText(over ? tr("Close") : tr("Cancel"));
}

void PreviewPanel::listTargets() {
    auto* list = new QWidget;
    list->setObjectName(QStringLiteral("scrolled"));
    list->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // as wide as the panel, never wider
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(space::k4, 0, space::k4, space::k4);
    layout->setSpacing(space::k2);
    // What needs a look comes first: a refusal must not hide behind a hundred targets that are fine.
    std::vector<const ActionRunner::Step*> steps;
    for (const ActionRunner::Step& step : m_runner->steps()) steps.push_back(&step);
    std::stable_partition(steps.begin(), steps.end(), [](const auto* step) { return step->error.has_value(); });
    const int shown = std::min(static_cast<int>(steps.size()), kMostTargetsListed);
    for (int i = 0; i < shown; ++i) layout->addWidget(new PreviewTarget(*steps[static_cast<std::size_t>(i)]));
    const int more = static_cast<int>(steps.size()) - shown;
    if (more > 0) {
        auto* label = new QLabel(tr("… and %1 more.").arg(more));
        label->setProperty("quiet", true);
        layout->addWidget(label);
    }
    layout->addStretch();
    m_targets->setWidget(list);
}

void PreviewPanel::showProgress(int through, int total) {
    m_progress->setRange(0, total);
    m_progress->setValue(through);
}

void PreviewPanel::confirm() {
    if (m_runner == nullptr || m_runner->state() != ActionRunner::State::ready || !whyNotConfirm().isEmpty()) return;
    m_runner->confirm(m_why->text().trimmed());
}

void PreviewPanel::cancelOrClose() {
    if (m_runner == nullptr) return;
    const bool acting =
        m_runner->state() == ActionRunner::State::performing || m_runner->state() == ActionRunner::State::undoing;
    m_runner->cancel();
    if (!acting) emit closed();
}

void PreviewPanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return cancelOrClose();
    if (event->matches(QKeySequence::InsertParagraphSeparator) && event->modifiers().testFlag(Qt::ControlModifier)) {
        return confirm();
    }
    QWidget::keyPressEvent(event);
}

}  // namespace drydock::views
