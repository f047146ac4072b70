// ActionDesk: the one way an action takes from any page: preview in the panel, confirmation, outcome in the banner,
// and undo from there.
// Thread: GUI. Borrows client, panel and banner, which outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <QObject>
#include <QStringList>

#include "models/desk_client.h"
#include "models/notice.h"

namespace drydock::models {
class ActionRunner;
}

namespace drydock::views {

class MessageBanner;
class PreviewPanel;

class ActionDesk : public QObject {
    Q_OBJECT
public:
    ActionDesk(models::DeskClient& client, PreviewPanel& panel, MessageBanner& banner, QObject* parent = nullptr);

    // `screen` goes into the audit. While an action is being performed another is refused, with a message.
    void start(const fleet::ActionRequest& action, const QStringList& targets, const QString& screen);
    void startUndo(quint64 auditSequence, const QString& screen);
    // Of what was done at once, all that can still be taken back, the last first.
    void startBulkUndo(quint64 bulk, const QString& screen);

    void showNotice(const models::Notice& notice);

signals:
    // The panel has something to show, or nothing any more.
    void panelWanted(bool wanted);

private:
    models::ActionRunner* newRunner(const QString& screen);
    void follow(models::ActionRunner& runner);
    void finish(models::ActionRunner& runner);
    void closePanel();
    void startUndoOf(const std::vector<std::uint64_t>& auditSequences, const QString& screen);
    void undo(quint64 run);

    models::DeskClient* m_client;
    PreviewPanel* m_panel;
    MessageBanner* m_banner;
    models::ActionRunner* m_current = nullptr;            // in the panel
    std::map<quint64, models::ActionRunner*> m_undoable;  // runs whose banner still offers undo
    quint64 m_lastRun = 0;
};

}  // namespace drydock::views
