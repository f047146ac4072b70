#include "views/devices/group_memberships.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <QVariant>

#include "models/text.h"
#include "views/devices/group_view.h"
#include "views/icons.h"
#include "views/theme.h"

namespace drydock::views {

using models::toText;

namespace {

constexpr int kNameWidth = 160;  // at most; a longer name has an ellipsis and is whole in its tooltip
constexpr int kIconSide = 14;

QLabel* quietLabel(const QString& text) {
    auto* label = new QLabel(text);
    label->setProperty("quiet", true);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

}  // namespace

GroupMemberships::GroupMemberships(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
}

void GroupMemberships::setMemberships(const std::vector<fleet::GroupMembership>& memberships) {
    delete m_lines;
    m_lines = new QWidget;
    layout()->addWidget(m_lines);
    auto* grid = new QGridLayout(m_lines);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::k4);
    grid->setVerticalSpacing(space::k1);
    grid->setColumnStretch(1, 1);
    if (memberships.empty()) grid->addWidget(quietLabel(tr("It is in no group.")), 0, 0, 1, 2);
    int row = 0;
    for (const fleet::GroupMembership& membership : memberships) addLine(*grid, row++, membership);
}

void GroupMemberships::addLine(QGridLayout& grid, int row, const fleet::GroupMembership& membership) {
    const QString group = toText(membership.group);
    const QString kind = groupKind(membership.dynamic);
    auto* link = new QPushButton;
    link->setObjectName(QStringLiteral("link"));
    link->setProperty("flat", true);
    link->setText(link->fontMetrics().elidedText(group, Qt::ElideMiddle, scaled(kNameWidth)));
    setLeadingIcon(*link, icon(groupIcon(membership.dynamic)), kIconSide);
    link->setToolTip(tr("%1, a %2: show its devices").arg(group, kind));
    link->setAccessibleName(QStringLiteral("%1: %2").arg(group, kind));
    connect(link, &QPushButton::clicked, this, [this, group] { emit groupClicked(group); });
    QStringList reasons;
    for (const std::string& reason : membership.reasons) reasons.append(toText(reason));
    grid.addWidget(link, row, 0, Qt::AlignLeft);
    grid.addWidget(quietLabel(reasons.join(QStringLiteral(" · "))), row, 1, Qt::AlignVCenter);
}

}  // namespace drydock::views
