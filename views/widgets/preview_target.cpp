#include "views/widgets/preview_target.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QVariant>

#include "views/theme.h"
#include "views/widgets/change_list.h"
#include "views/widgets/id_label.h"

namespace drydock::views {

namespace {

using StepState = models::ActionRunner::StepState;

QLabel* wrapped(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}  // namespace

QString stepText(const models::ActionRunner::Step& step) {
    const QString why = step.error ? QString::fromStdString(step.error->message) : QString();
    switch (step.state) {
        case StepState::refused:
            return PreviewTarget::tr("Not possible. %1").arg(why);
        case StepState::conflict:
            return PreviewTarget::tr("It has changed since the preview; nothing was done. Preview again. %1").arg(why);
        case StepState::failed:
            return PreviewTarget::tr("Failed. %1").arg(why);
        case StepState::done:
            return QString::fromStdString(step.outcome.summary);
        case StepState::skipped:
            return PreviewTarget::tr("Skipped: it was cancelled before.");
        case StepState::undone:
            return PreviewTarget::tr("Undone.");
        case StepState::waiting:
        case StepState::previewed:
            break;
    }
    return {};
}

PreviewTarget::PreviewTarget(const models::ActionRunner::Step& step, QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("card"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::k3, space::k2, space::k3, space::k3);
    layout->setSpacing(space::k1);
    if (!step.preview.subject.empty()) layout->addWidget(wrapped(QString::fromStdString(step.preview.subject)));
    layout->addWidget(new IdLabel(step.target));
    const QString text = stepText(step);
    if (!text.isEmpty()) {
        QLabel* label = wrapped(text.trimmed());
        const bool bad = step.state == StepState::refused || step.state == StepState::failed;
        label->setProperty("tone", bad ? "bad" : step.state == StepState::conflict ? "warning" : "");
        layout->addWidget(label);
    }
    for (const std::string& warning : step.preview.warnings) {
        QLabel* label = wrapped(QString::fromStdString(warning));
        label->setProperty("tone", "warning");
        layout->addWidget(label);
    }
    const bool differenceHelps = step.state == StepState::previewed || step.state == StepState::waiting;
    if (!differenceHelps || step.preview.changes.empty()) return;
    auto* changes = new ChangeList;
    changes->setChanges(step.preview.changes);
    layout->addSpacing(space::k1);
    layout->addWidget(changes);
}

}  // namespace drydock::views
