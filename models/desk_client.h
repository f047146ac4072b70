// DeskClient: what screens may ask of the desk core, and what they hear from it. The app implements it over the core's
// threads; tests implement it over values.
//
// Thread: GUI. Every call returns at once; its answer comes later on the GUI thread, unless `context` is gone by then
//   (then never). Answers come in the order of the calls of one kind; a caller that has asked anew ignores the older
//   answer by its own token.
// Signals are emitted on the GUI thread, after commit, merged, at most 20 times a second.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "models/fleet/accounting.h"
#include "models/fleet/changes.h"
#include "models/fleet/fleet_reader.h"

namespace drydock::models {

class DeskClient : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    template <class T>
    using Answer = std::function<void(storage::Result<T>)>;

    // Devices arrive in pieces; the last call has `done` set. Changes committed meanwhile come by changed() and are at
    // least as new as the pieces: apply them after.
    struct DevicePiece {
        std::vector<fleet::DevicePatch> patches;
        bool done = false;
    };
    virtual void loadDevices(QObject* context, Answer<DevicePiece> answer) = 0;

    virtual void fetchDevice(const QString& id, QObject* context, Answer<fleet::DeviceDetail> answer) = 0;
    virtual void fetchHistory(const QString& deviceId, std::optional<std::uint64_t> beforeSequence, QObject* context,
                              Answer<fleet::HistoryPage> answer) = 0;
    virtual void fetchAlerts(QObject* context, Answer<std::vector<fleet::Alert>> answer) = 0;
    virtual void fetchFirmware(QObject* context, Answer<std::vector<fleet::FirmwareRecord>> answer) = 0;
    virtual void fetchGroups(QObject* context, Answer<std::vector<fleet::ThingGroup>> answer) = 0;
    virtual void fetchProductModels(QObject* context, Answer<fleet::ProductModels> answer) = 0;
    virtual void fetchAudit(std::optional<std::uint64_t> beforeSequence, QObject* context,
                            Answer<std::vector<fleet::AuditEntry>> answer) = 0;
    // The actions of one bulk, by its first one's sequence, oldest first.
    virtual void fetchBulk(std::uint64_t first, QObject* context, Answer<std::vector<fleet::AuditEntry>> answer) = 0;
    virtual void fetchQuarantine(QObject* context, Answer<std::vector<fleet::QuarantinedMessage>> answer) = 0;

    virtual void preview(const fleet::ActionRequest& request, QObject* context,
                         Answer<fleet::ActionPreview> answer) = 0;
    virtual void perform(const fleet::ActionPreview& preview, const QString& screen, QObject* context,
                         Answer<fleet::ActionOutcome> answer) = 0;
    virtual void previewUndo(std::uint64_t auditSequence, QObject* context, Answer<fleet::ActionPreview> answer) = 0;
    virtual void undo(std::uint64_t auditSequence, const QString& screen, QObject* context,
                      Answer<fleet::ActionOutcome> answer) = 0;
    virtual void importFirmware(const QString& path, QObject* context, Answer<fleet::FirmwareRecord> answer) = 0;
    // Copies a record's ZIP to `path`, whole or not at all; a file that is there is replaced. Answers with its bytes.
    virtual void saveFirmware(const QString& zipName, const QString& path, QObject* context,
                              Answer<std::uint64_t> answer) = 0;

    [[nodiscard]] virtual const fleet::DeskStatus& status() const = 0;
    [[nodiscard]] virtual const fleet::Limits& limits() const = 0;

signals:
    void changed(std::shared_ptr<const drydock::fleet::FleetChanges> changes);
    void statusChanged();
};

}  // namespace drydock::models
