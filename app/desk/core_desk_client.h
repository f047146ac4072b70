// CoreDeskClient: the screens' DeskClient over a DeskCore that it starts and owns.
//
// Thread: GUI. Behind it two reader threads (one loads the whole device list, one answers the screens' questions, so
//   that a long load never delays a question) and the core's own thread for what writes.
// At the end the readers stop first, then the core; what was still asked is dropped.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <QTimer>

#include "app/services/desk_core.h"
#include "models/desk_client.h"

namespace drydock::app {

// A thread with a reader of its own that answers questions in order. Questions still waiting at destruction are
// dropped.
class ReaderThread {
public:
    using Question = std::function<void(storage::Result<fleet::FleetReader*>)>;

    explicit ReaderThread(DeskCore& core);
    ~ReaderThread();
    ReaderThread(const ReaderThread&) = delete;
    ReaderThread& operator=(const ReaderThread&) = delete;

    // Runs `question` on this thread, with the reader or the reason why there is none. Thread: any.
    void ask(Question question);
    // Whether the thread is to end: long answers look here between pieces.
    [[nodiscard]] bool stopping();

private:
    void run();

    DeskCore& m_core;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Question> m_questions;
    bool m_stopping = false;
    std::thread m_thread;
};

class CoreDeskClient final : public models::DeskClient {
    Q_OBJECT
public:
    // `operatorName` is who the audit names. Errors: DeskCore::start's.
    [[nodiscard]] static storage::Result<std::unique_ptr<CoreDeskClient>> start(DeskOptions options,
                                                                                std::string operatorName);
    ~CoreDeskClient() override;

    // For commands from the local socket. Lives as long as this.
    [[nodiscard]] DeskCore& core() { return *m_core; }

    void loadDevices(QObject* context, Answer<DevicePiece> answer) override;
    void fetchDevice(const QString& id, QObject* context, Answer<fleet::DeviceDetail> answer) override;
    void fetchHistory(const QString& deviceId, std::optional<std::uint64_t> beforeSequence, QObject* context,
                      Answer<fleet::HistoryPage> answer) override;
    void fetchAlerts(QObject* context, Answer<std::vector<fleet::Alert>> answer) override;
    void fetchFirmware(QObject* context, Answer<std::vector<fleet::FirmwareRecord>> answer) override;
    void fetchGroups(QObject* context, Answer<std::vector<fleet::ThingGroup>> answer) override;
    void fetchProductModels(QObject* context, Answer<fleet::ProductModels> answer) override;
    void fetchAudit(std::optional<std::uint64_t> beforeSequence, QObject* context,
                    Answer<std::vector<fleet::AuditEntry>> answer) override;
    void fetchBulk(std::uint64_t first, QObject* context, Answer<std::vector<fleet::AuditEntry>> answer) override;
    void fetchQuarantine(QObject* context, Answer<std::vector<fleet::QuarantinedMessage>> answer) override;
    void preview(const fleet::ActionRequest& request, QObject* context, Answer<fleet::ActionPreview> answer) override;
    void perform(const fleet::ActionPreview& preview, const QString& screen, QObject* context,
                 Answer<fleet::ActionOutcome> answer) override;
    void previewUndo(std::uint64_t auditSequence, QObject* context, Answer<fleet::ActionPreview> answer) override;
    void undo(std::uint64_t auditSequence, const QString& screen, QObject* context,
              Answer<fleet::ActionOutcome> answer) override;
    void importFirmware(const QString& path, QObject* context, Answer<fleet::FirmwareRecord> answer) override;
    void saveFirmware(const QString& zipName, const QString& path, QObject* context,
                      Answer<std::uint64_t> answer) override;

    [[nodiscard]] const fleet::DeskStatus& status() const override { return m_status; }
    [[nodiscard]] const fleet::Limits& limits() const override { return m_status.limits; }

private:
    explicit CoreDeskClient(std::string operatorName);

    // What the core's listener calls, on the core's thread.
    void takeChanges(const fleet::FleetChanges& changes);
    void takeStatus(fleet::DeskStatus status);
    void askDelivery();

    template <class T>
    using Work = std::function<storage::Result<T>(fleet::FleetService&)>;
    template <class T>
    using Read = std::function<storage::Result<T>(fleet::FleetReader&)>;

    // Carries an answer of the core's to the GUI thread.
    template <class T>
    [[nodiscard]] Answer<T> onGui(QObject* context, Answer<T> answer);
    template <class T>
    void onCore(QObject* context, Answer<T> answer, Work<T> work);
    template <class T>
    void onReader(QObject* context, Answer<T> answer, Read<T> read);
    void deliver();
    [[nodiscard]] fleet::Operator who(const QString& screen) const;

    std::string m_operatorName;
    fleet::DeskStatus m_status;
    QTimer m_deliveryTimer;  // what makes the signals come at most 20 times a second

    std::mutex m_pendingMutex;  // guards the three below: filled by the core's thread, emptied by the GUI's
    fleet::FleetChanges m_pendingChanges;
    std::optional<fleet::DeskStatus> m_pendingStatus;
    bool m_deliveryAsked = false;

    // Declared last and in this order: destroyed first, readers before the core.
    std::unique_ptr<DeskCore> m_core;
    std::unique_ptr<ReaderThread> m_listReader;
    std::unique_ptr<ReaderThread> m_questionReader;
};

}  // namespace drydock::app
