#include "views/firmware/firmware_actions.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <QPushButton>

#include "models/format.h"
#include "views/widgets/details_pane.h"

namespace drydock::views {

using fleet::ReleaseStatus;
using models::Format;

namespace {

// `to`: none stands for the deletion.
bool isAllowed(ReleaseStatus from, std::optional<ReleaseStatus> to) {
    if (!to) return !fleet::deletionRefusal(from);
    const std::vector<ReleaseStatus> allowed = fleet::allowedTransitions(from);
    return std::find(allowed.begin(), allowed.end(), *to) != allowed.end();
}

}  // namespace

QString statusCounts(const std::vector<ReleaseStatus>& statuses) {
    std::map<ReleaseStatus, std::uint64_t> counts;
    for (const ReleaseStatus status : statuses) ++counts[status];
    QStringList parts;
    for (const auto& [status, count] : counts)
        parts.append(QStringLiteral("%1 %2").arg(Format::count(count), Format::releaseStatus(status)));
    return parts.join(QStringLiteral(" · "));
}

FirmwareActions::FirmwareActions(const PageContext& context, DetailsPane& pane) : QObject(&pane), m_context(context) {
    add(pane, ReleaseStatus::readyToTest, tr("Back to ready…"), tr("Takes it out of test."));
    add(pane, ReleaseStatus::testing, tr("To testing…"), tr("Puts it in test."));
    add(pane, ReleaseStatus::released, tr("Release…"), tr("Hashes its files anew and offers it to devices."));
    add(pane, ReleaseStatus::revoked, tr("Revoke…"), tr("Devices are offered it no more."));
    add(pane, std::nullopt, tr("Delete…"), tr("Removes the ZIP."));
}

void FirmwareActions::add(DetailsPane& pane, std::optional<ReleaseStatus> to, const QString& label,
                          const QString& effect) {
    QPushButton* button = pane.addAction(label);
    connect(button, &QPushButton::clicked, this, [this, to] {
        fleet::ActionRequest action;
        action.kind = to ? fleet::ActionKind::setReleaseStatus : fleet::ActionKind::deleteFirmware;
        if (to) action.text = fleet::releaseStatusName(*to);
        emit requested(action, m_zipNames);
    });
    m_choices.push_back({to, effect, button});
}

void FirmwareActions::setTargets(const QStringList& zipNames, std::vector<ReleaseStatus> statuses) {
    m_zipNames = zipNames;
    m_statuses = std::move(statuses);
    refresh();
}

void FirmwareActions::refresh() {
    for (const Choice& choice : m_choices) {
        choice.button->setVisible(std::any_of(m_statuses.begin(), m_statuses.end(), [&choice](ReleaseStatus status) {
            return isAllowed(status, choice.to);
        }));
        setAllowed(*choice.button, m_context.whyReadOnly(), tooltip(choice));
    }
}

QString FirmwareActions::tooltip(const Choice& choice) const {
    QString effect = choice.effect + QLatin1Char(' ') + tr("Shows first what would change.");
    std::vector<ReleaseStatus> others;
    std::copy_if(m_statuses.begin(), m_statuses.end(), std::back_inserter(others),
                 [&choice](ReleaseStatus status) { return !isAllowed(status, choice.to); });
    if (others.empty()) return effect;
    const std::size_t allowed = m_statuses.size() - others.size();
    return effect + QLatin1Char('\n') +
           tr("Possible for %1 of %2; not from the status of the others: %3.")
               .arg(Format::count(allowed), Format::count(m_statuses.size()), statusCounts(others));
}

}  // namespace drydock::views
