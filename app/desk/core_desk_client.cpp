#include "app/desk/core_desk_client.h"

#include <utility>

#include <QPointer>

namespace drydock::app {

namespace {

using storage::Result;

constexpr int kDeliveryIntervalMs = 50;
constexpr std::size_t kHistoryPageEntries = 100;
constexpr std::size_t kAuditPageEntries = 200;
constexpr std::size_t kQuarantineEntries = 500;

// Carries a result to the GUI thread and answers there, unless whoever asked is gone.
template <class T>
void answerOnGui(QObject* gui, const QPointer<QObject>& context, const models::DeskClient::Answer<T>& answer,
                 Result<T> result) {
    auto carried = std::make_shared<Result<T>>(std::move(result));
    QMetaObject::invokeMethod(
        gui,
        [context, answer, carried] {
            if (context) answer(std::move(*carried));
        },
        Qt::QueuedConnection);
}

}  // namespace

ReaderThread::ReaderThread(DeskCore& core) : m_core(core), m_thread([this] { run(); }) {}

ReaderThread::~ReaderThread() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void ReaderThread::ask(Question question) {
    {
        const std::lock_guard lock(m_mutex);
        m_questions.push_back(std::move(question));
    }
    m_wake.notify_one();
}

bool ReaderThread::stopping() {
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

void ReaderThread::run() {
    std::unique_ptr<storage::TableReader> tables;
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stopping || !m_questions.empty(); });
        if (m_stopping) return;
        const Question question = std::move(m_questions.front());
        m_questions.pop_front();
        lock.unlock();
        storage::Result<void> opened;
        if (!tables) {
            // Tried anew for each question: what kept the file from being opened may be gone by then.
            if (auto reader = m_core.openReader()) {
                tables = std::move(*reader);
            } else {
                opened = storage::fail(std::move(reader).error());
            }
        }
        if (opened) {
            fleet::FleetReader reader(*tables);
            question(&reader);
        } else {
            question(storage::fail(std::move(opened).error()));
        }
        lock.lock();
    }
}

CoreDeskClient::CoreDeskClient(std::string operatorName) : m_operatorName(std::move(operatorName)) {
    m_deliveryTimer.setSingleShot(true);
    m_deliveryTimer.setInterval(kDeliveryIntervalMs);
    connect(&m_deliveryTimer, &QTimer::timeout, this, &CoreDeskClient::deliver);
}

CoreDeskClient::~CoreDeskClient() = default;

Result<std::unique_ptr<CoreDeskClient>> CoreDeskClient::start(DeskOptions options, std::string operatorName) {
    std::unique_ptr<CoreDeskClient> client(new CoreDeskClient(std::move(operatorName)));
    DeskCore::Listener listener;
    listener.changed = [gui = client.get()](const std::shared_ptr<const fleet::FleetChanges>& changes) {
        gui->takeChanges(*changes);
    };
    listener.statusChanged = [gui = client.get()](fleet::DeskStatus status) { gui->takeStatus(std::move(status)); };
    DRYDOCK_ASSIGN(client->m_core, DeskCore::start(std::move(options), std::move(listener)));
    client->m_status = client->m_core->status();
    client->m_listReader = std::make_unique<ReaderThread>(*client->m_core);
    client->m_questionReader = std::make_unique<ReaderThread>(*client->m_core);
    return client;
}

void CoreDeskClient::takeChanges(const fleet::FleetChanges& changes) {
    const std::lock_guard lock(m_pendingMutex);
    fleet::merge(m_pendingChanges, changes);
    askDelivery();
}

void CoreDeskClient::takeStatus(fleet::DeskStatus status) {
    const std::lock_guard lock(m_pendingMutex);
    m_pendingStatus = std::move(status);
    askDelivery();
}

void CoreDeskClient::askDelivery() {
    if (std::exchange(m_deliveryAsked, true)) return;
    QMetaObject::invokeMethod(
        this, [this] { m_deliveryTimer.start(); }, Qt::QueuedConnection);
}

void CoreDeskClient::deliver() {
    auto changes = std::make_shared<fleet::FleetChanges>();
    std::optional<fleet::DeskStatus> newStatus;
    {
        const std::lock_guard lock(m_pendingMutex);
        *changes = std::exchange(m_pendingChanges, {});
        newStatus = std::exchange(m_pendingStatus, {});
        m_deliveryAsked = false;
    }
    if (newStatus) {
        m_status = std::move(*newStatus);
        emit statusChanged();
    }
    if (!changes->empty()) emit changed(std::move(changes));
}

fleet::Operator CoreDeskClient::who(const QString& screen) const {
    return {m_operatorName, screen.toStdString()};
}

template <class T>
models::DeskClient::Answer<T> CoreDeskClient::onGui(QObject* context, Answer<T> answer) {
    return [this, context = QPointer<QObject>(context), answer = std::move(answer)](Result<T> result) {
        answerOnGui<T>(this, context, answer, std::move(result));
    };
}

template <class T>
void CoreDeskClient::onCore(QObject* context, Answer<T> answer, Work<T> work) {
    m_core->post([answer = onGui<T>(context, std::move(answer)), work = std::move(work)](
                     fleet::FleetService& service, storage::SqliteStore&) { answer(work(service)); });
}

template <class T>
void CoreDeskClient::onReader(QObject* context, Answer<T> answer, Read<T> read) {
    m_questionReader->ask([this, context = QPointer<QObject>(context), answer = std::move(answer),
                           read = std::move(read)](Result<fleet::FleetReader*> reader) {
        answerOnGui<T>(this, context, answer, reader ? read(**reader) : storage::fail(reader.error()));
    });
}

void CoreDeskClient::loadDevices(QObject* context, Answer<DevicePiece> answer) {
    m_listReader->ask(
        [this, context = QPointer<QObject>(context), answer = std::move(answer)](Result<fleet::FleetReader*> reader) {
            if (!reader) return answerOnGui<DevicePiece>(this, context, answer, storage::fail(reader.error()));
            const auto read = (*reader)->forEachDevice([&](std::vector<fleet::DevicePatch> patches) {
                answerOnGui<DevicePiece>(this, context, answer, DevicePiece{std::move(patches), false});
                return !m_listReader->stopping();
            });
            if (!read) return answerOnGui<DevicePiece>(this, context, answer, storage::fail(read.error()));
            answerOnGui<DevicePiece>(this, context, answer, DevicePiece{{}, true});
        });
}

void CoreDeskClient::fetchDevice(const QString& id, QObject* context, Answer<fleet::DeviceDetail> answer) {
    onReader<fleet::DeviceDetail>(context, std::move(answer),
                                  [id = id.toStdString()](fleet::FleetReader& reader) { return reader.device(id); });
}

void CoreDeskClient::fetchHistory(const QString& deviceId, std::optional<std::uint64_t> beforeSequence,
                                  QObject* context, Answer<fleet::HistoryPage> answer) {
    onReader<fleet::HistoryPage>(context, std::move(answer),
                                 [id = deviceId.toStdString(), beforeSequence](fleet::FleetReader& reader) {
                                     return reader.history(id, beforeSequence, kHistoryPageEntries);
                                 });
}

void CoreDeskClient::fetchAlerts(QObject* context, Answer<std::vector<fleet::Alert>> answer) {
    onReader<std::vector<fleet::Alert>>(context, std::move(answer),
                                        [](fleet::FleetReader& reader) { return reader.alerts(); });
}

void CoreDeskClient::fetchFirmware(QObject* context, Answer<std::vector<fleet::FirmwareRecord>> answer) {
    onReader<std::vector<fleet::FirmwareRecord>>(context, std::move(answer),
                                                 [](fleet::FleetReader& reader) { return reader.firmware(); });
}

void CoreDeskClient::fetchGroups(QObject* context, Answer<std::vector<fleet::ThingGroup>> answer) {
    onReader<std::vector<fleet::ThingGroup>>(context, std::move(answer),
                                             [](fleet::FleetReader& reader) { return reader.groups(); });
}

void CoreDeskClient::fetchProductModels(QObject* context, Answer<fleet::ProductModels> answer) {
    onReader<fleet::ProductModels>(context, std::move(answer),
                                   [](fleet::FleetReader& reader) { return reader.productModels(); });
}

void CoreDeskClient::fetchAudit(std::optional<std::uint64_t> beforeSequence, QObject* context,
                                Answer<std::vector<fleet::AuditEntry>> answer) {
    onReader<std::vector<fleet::AuditEntry>>(context, std::move(answer), [beforeSequence](fleet::FleetReader& reader) {
        return reader.audit(beforeSequence, kAuditPageEntries);
    });
}

void CoreDeskClient::fetchBulk(std::uint64_t first, QObject* context, Answer<std::vector<fleet::AuditEntry>> answer) {
    onReader<std::vector<fleet::AuditEntry>>(context, std::move(answer),
                                             [first](fleet::FleetReader& reader) { return reader.bulk(first); });
}

void CoreDeskClient::fetchQuarantine(QObject* context, Answer<std::vector<fleet::QuarantinedMessage>> answer) {
    onReader<std::vector<fleet::QuarantinedMessage>>(
        context, std::move(answer), [](fleet::FleetReader& reader) { return reader.quarantine(kQuarantineEntries); });
}

void CoreDeskClient::preview(const fleet::ActionRequest& request, QObject* context,
                             Answer<fleet::ActionPreview> answer) {
    onCore<fleet::ActionPreview>(context, std::move(answer),
                                 [request](fleet::FleetService& service) { return service.preview(request); });
}

void CoreDeskClient::perform(const fleet::ActionPreview& preview, const QString& screen, QObject* context,
                             Answer<fleet::ActionOutcome> answer) {
    m_core->perform(preview, who(screen), onGui<fleet::ActionOutcome>(context, std::move(answer)));
}

void CoreDeskClient::previewUndo(std::uint64_t auditSequence, QObject* context, Answer<fleet::ActionPreview> answer) {
    onCore<fleet::ActionPreview>(context, std::move(answer), [auditSequence](fleet::FleetService& service) {
        return service.previewUndo(auditSequence);
    });
}

void CoreDeskClient::undo(std::uint64_t auditSequence, const QString& screen, QObject* context,
                          Answer<fleet::ActionOutcome> answer) {
    m_core->undo(auditSequence, who(screen), onGui<fleet::ActionOutcome>(context, std::move(answer)));
}

void CoreDeskClient::importFirmware(const QString& path, QObject* context, Answer<fleet::FirmwareRecord> answer) {
    m_core->importFirmware(path.toStdString(), who(tr("Firmware")),
                           onGui<fleet::FirmwareRecord>(context, std::move(answer)));
}

void CoreDeskClient::saveFirmware(const QString& zipName, const QString& path, QObject* context,
                                  Answer<std::uint64_t> answer) {
    m_core->saveFirmware(zipName.toStdString(), path.toStdString(), onGui<std::uint64_t>(context, std::move(answer)));
}

}  // namespace drydock::app
