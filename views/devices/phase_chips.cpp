#include "views/devices/phase_chips.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QPushButton>

#include "models/format.h"
#include "views/icons.h"
#include "views/phase_marks.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

constexpr int kMarkSide = 10;

std::size_t countOf(fleet::Phase phase, const models::OverviewStats::Tiles& tiles) {
    switch (phase) {
        case fleet::Phase::retrying:
            return tiles.retrying;
        case fleet::Phase::coolingOff:
            return tiles.coolingOff;
        case fleet::Phase::failing:
            return tiles.failing;
        case fleet::Phase::failed:
            return tiles.failed;
        case fleet::Phase::well:
            break;
    }
    return tiles.devices - tiles.retrying - tiles.coolingOff - tiles.failing - tiles.failed;
}

}  // namespace

PhaseChips::PhaseChips(QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    using fleet::Phase;
    for (const Phase phase : {Phase::well, Phase::retrying, Phase::coolingOff, Phase::failing, Phase::failed}) {
        auto* button = new QPushButton(markWord(markOf(phase)));
        setLeadingIcon(*button, markIcon(markOf(phase)), kMarkSide);
        button->setObjectName(QStringLiteral("chip"));
        button->setCheckable(true);
        button->setFont(textFont(TextSize::caption));
        button->setToolTip(tr("Show the devices that are %1").arg(markWord(markOf(phase))));
        connect(button, &QPushButton::clicked, this, &PhaseChips::phasesChanged);
        layout->addWidget(button);
        m_chips.push_back({phase, button});
    }
    layout->addStretch();
}

void PhaseChips::setPhases(const std::vector<fleet::Phase>& phases) {
    for (const Chip& chip : m_chips) {
        chip.button->setChecked(std::find(phases.begin(), phases.end(), chip.phase) != phases.end());
    }
}

std::vector<fleet::Phase> PhaseChips::phases() const {
    std::vector<fleet::Phase> phases;
    for (const Chip& chip : m_chips) {
        if (chip.button->isChecked()) phases.push_back(chip.phase);
    }
    return phases;
}

void PhaseChips::setCounts(const models::OverviewStats::Tiles& tiles) {
    for (const Chip& chip : m_chips) {
        chip.button->setText(QStringLiteral("%1 %2").arg(markWord(markOf(chip.phase)),
                                                         models::Format::count(countOf(chip.phase, tiles))));
    }
}

}  // namespace drydock::views
