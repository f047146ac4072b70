#include "models/group_list.h"

#include <algorithm>
#include <utility>

#include "models/text.h"

namespace drydock::models {

GroupList::GroupList(DeskClient& client, QObject* parent) : QObject(parent), m_client(&client) {
    connect(&client, &DeskClient::changed, this, [this](const std::shared_ptr<const fleet::FleetChanges>& changes) {
        if (changes->groupsChanged) load();
    });
}

void GroupList::load() {
    if (m_loading) {
        m_again = true;
        return;
    }
    m_loading = true;
    m_client->fetchGroups(this, [this](storage::Result<std::vector<fleet::ThingGroup>> answer) {
        m_loading = false;
        if (answer) {
            m_groups = std::move(*answer);
            std::stable_sort(m_groups.begin(), m_groups.end(),
                             [](const auto& a, const auto& b) { return collate(toText(a.name), toText(b.name)) < 0; });
            emit changed();
        } else {
            emit failed(noticeFrom(answer.error(), tr("The groups could not be loaded.")));
        }
        if (std::exchange(m_again, false)) load();
    });
}

const fleet::ThingGroup* GroupList::find(const QString& name) const {
    const auto found = std::find_if(m_groups.begin(), m_groups.end(),
                                    [wanted = name.toStdString()](const auto& group) { return group.name == wanted; });
    return found == m_groups.end() ? nullptr : &*found;
}

QString filterOf(const fleet::ThingGroup& group) {
    if (group.query) return toText(*group.query).trimmed();
    const QString name = toText(group.name);
    // Of what a name may hold, only a colon means something in a query.
    return QStringLiteral("groups:") +
           (name.contains(QLatin1Char(':')) ? QLatin1Char('"') + name + QLatin1Char('"') : name);
}

}  // namespace drydock::models
