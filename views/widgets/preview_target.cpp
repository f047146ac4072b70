#include "views/widgets/preview_target.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <QVariant>

#include "views/theme.h"

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

QString valueText(const std::string& value) {
    return value.empty() ? QStringLiteral("–") : QString::fromStdString(value);
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
    QLabel* target = wrapped(step.target);
    target->setFont(monoFont());
    layout->addWidget(target);
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
    if (differenceHelps && !step.preview.changes.empty()) layout->addWidget(buildChanges(step.preview.changes));
}

QWidget* PreviewTarget::buildChanges(const std::vector<fleet::FieldChange>& changes) {
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, space::k1, 0, 0);
    grid->setHorizontalSpacing(space::k2);
    grid->setVerticalSpacing(space::k1);
    QStringList described;
    int row = 0;
    for (const fleet::FieldChange& change : changes) {
        QLabel* field = wrapped(QString::fromStdString(change.field));
        field->setProperty("quiet", true);
        QLabel* before = wrapped(valueText(change.before));
        before->setFont(monoFont());
        before->setProperty("quiet", true);
        auto* arrow = new QLabel(QStringLiteral("→"));
        arrow->setProperty("quiet", true);
        QLabel* after = wrapped(valueText(change.after));
        after->setFont(monoFont());
        grid->addWidget(field, row, 0, Qt::AlignTop);
        grid->addWidget(before, row, 1, Qt::AlignTop);
        grid->addWidget(arrow, row, 2, Qt::AlignTop);
        grid->addWidget(after, row, 3, Qt::AlignTop);
        described.append(tr("%1: %2 becomes %3").arg(field->text(), before->text(), after->text()));
        ++row;
    }
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(1, 4);
    grid->setColumnStretch(3, 4);
    box->setAccessibleName(tr("What would change"));
    box->setAccessibleDescription(described.join(QStringLiteral("; ")));
    return box;
}

}  // namespace drydock::views
