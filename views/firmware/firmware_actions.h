// FirmwareActions: what may be done next to the selected firmware, as the buttons of its details pane. A button is
// there only where the rules allow it for at least one of them.
// Thread: GUI.
#pragma once

#include <optional>
#include <vector>

#include <QObject>
#include <QStringList>

#include "models/fleet/firmware.h"
#include "models/fleet/operator_action.h"
#include "views/page.h"

class QPushButton;

namespace drydock::views {

class DetailsPane;

// Adds its buttons to a DetailsPane; owned by it.
class FirmwareActions : public QObject {
    Q_OBJECT
public:
    FirmwareActions(const PageContext& context, DetailsPane& pane);

    // The ZIP names of what is selected, with their statuses in the same order.
    void setTargets(const QStringList& zipNames, std::vector<fleet::ReleaseStatus> statuses);

signals:
    void requested(const drydock::fleet::ActionRequest& action, const QStringList& zipNames);

private:
    struct Choice {
        std::optional<fleet::ReleaseStatus> to;  // none: the deletion
        QString effect;
        QPushButton* button;
    };
    void add(DetailsPane& pane, std::optional<fleet::ReleaseStatus> to, const QString& label, const QString& effect);
    void refresh();
    [[nodiscard]] QString tooltip(const Choice& choice) const;

    PageContext m_context;
    QStringList m_zipNames;
    std::vector<fleet::ReleaseStatus> m_statuses;
    std::vector<Choice> m_choices;
};

// Statuses with how often each occurs, in the order of a release: "2 ready to test · 1 testing".
[[nodiscard]] QString statusCounts(const std::vector<fleet::ReleaseStatus>& statuses);

}  // namespace drydock::views
