// drydock: the desk. Puts the core, the screens and the local socket together; everything else lives in the rooms.

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include <sys/signalfd.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <QApplication>
#include <QIcon>
#include <QSocketNotifier>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"
#include "app/commands/command_service.h"
#include "app/commands/local_socket.h"
#include "app/desk/alert_notifications.h"
#include "app/desk/core_desk_client.h"
#include "models/fleet/text_target.h"
#include "views/main_window.h"

namespace drydock::app {
namespace {

struct Arguments {
    DeskArguments desk;
    EndpointArguments endpoint;
    views::WindowOptions window;
    std::string target;  // a drydock:// link or a device id to open
};

int failToStart(const std::string& message) {
    std::fprintf(stderr, "drydock: %s\n", message.c_str());
    return kExitFailed;
}

// Signals arrive as readable bytes, so that a stop runs in the event loop like anything else.
int blockStopSignals() {
    sigset_t stopSignals;
    sigemptyset(&stopSignals);
    sigaddset(&stopSignals, SIGINT);
    sigaddset(&stopSignals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stopSignals, nullptr);
    return signalfd(-1, &stopSignals, SFD_CLOEXEC | SFD_NONBLOCK);
}

// A second start hands its argument to the first and ends. True when there was a first.
storage::Result<bool> handOver(const Arguments& arguments) {
    DRYDOCK_ASSIGN(const auto reply,
                   askOwner(arguments.desk.options.storeDirectory,
                            {{"command", "desk open"}, {"arguments", {{"target", arguments.target}}}}));
    if (!reply) return false;
    if (!reply->contains("error")) return true;
    return storage::fail(storage::ErrorCode::locked,
                         "The store " + arguments.desk.options.storeDirectory.string() +
                             " is held by drydockctl serve. Stop it, or look on with drydock --read-only.");
}

void raise(views::MainWindow& window, const std::string& target) {
    window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.show();
    window.raise();
    window.activateWindow();
    if (!target.empty()) window.open(QString::fromStdString(target));
}

nlohmann::json answerSocket(const nlohmann::json& request, DeskCore& core, views::MainWindow& window) {
    if (request.is_object() && request.value("command", nlohmann::json()) == "desk open") {
        const nlohmann::json arguments = request.value("arguments", nlohmann::json::object());
        const std::string target =
            arguments.is_object() && arguments.contains("target") && arguments["target"].is_string()
                ? arguments["target"].get<std::string>()
                : std::string();
        QMetaObject::invokeMethod(
            &window, [&window, target] { raise(window, target); }, Qt::QueuedConnection);
        return {{"lines", nlohmann::json::array()}};
    }
    return runCommand(request, core);
}

int run(Arguments arguments, int argc, char** argv) {
    if (!arguments.desk.options.readOnly) {
        const auto handed = handOver(arguments);
        if (!handed) return failToStart(handed.error().message);
        if (*handed) return 0;
    }
    const int signalDescriptor = blockStopSignals();  // before any thread starts, so that all inherit the mask

    QCoreApplication::setAttribute(Qt::AA_EnableHighDpiScaling);
    QCoreApplication::setAttribute(Qt::AA_UseHighDpiPixmaps);
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName("Drydock");
    QCoreApplication::setApplicationName("Drydock");
    QCoreApplication::setApplicationVersion(DRYDOCK_VERSION);
    // By these the desktop knows whose windows they are: resources/desktop.
    QGuiApplication::setDesktopFileName("drydock");
    QApplication::setWindowIcon(QIcon::fromTheme("drydock"));

    arguments.window.readOnly = arguments.desk.options.readOnly;
    auto client = CoreDeskClient::start(arguments.desk.options, operatorName());
    if (!client) return failToStart(client.error().message);

    views::MainWindow window(**client, arguments.window);
    std::unique_ptr<LocalSocketServer> server;
    if (!arguments.window.readOnly) {
        auto listening = LocalSocketServer::listen(arguments.desk.options.storeDirectory,
                                                   [&core = (*client)->core(), &window](const nlohmann::json& request) {
                                                       return answerSocket(request, core, window);
                                                   });
        if (!listening) return failToStart(listening.error().message);
        server = std::move(*listening);
    }
    const auto endpoint = startEndpoint((*client)->core(), arguments.endpoint);
    if (!endpoint) return failToStart(endpoint.error().message);
    QSocketNotifier stop(signalDescriptor, QSocketNotifier::Read);
    QObject::connect(&stop, &QSocketNotifier::activated, &application, &QCoreApplication::quit);

    AlertNotifications notifications(window.models().alerts);
    QObject::connect(&notifications, &AlertNotifications::opened, &window, [&window](const QString& link) {
        raise(window, link.toStdString());
        if (link.isEmpty()) window.showPage(QLatin1String(views::page_id::kAlerts));
    });

    window.show();
    if (!arguments.target.empty()) window.open(QString::fromStdString(arguments.target));
    const int status = QApplication::exec();
    (*client)->core().stopFirmwareJobs();  // the socket may wait for one
    return status;
}

}  // namespace
}  // namespace drydock::app

int main(int argc, char** argv) try {
    using namespace drydock::app;
    Arguments arguments;
    CLI::App parser("Drydock: the support desk for IoT fleets whose firmware updates fail.", "drydock");
    addDeskOptions(parser, arguments.desk);
    addEndpointOptions(parser, arguments.endpoint);
    parser.add_flag("--read-only", arguments.desk.options.readOnly, "Look on without changing anything")
        ->excludes("--endpoint");
    std::string page;
    parser.add_option("--page", page, "The page to open: overview, devices, firmware, failed, alerts or activity");
    parser.add_option("target", arguments.target, "A drydock://device/<id> link or a device id to open");
    if (const auto status = parseCommandLine(parser, argc, argv)) return *status;
    if (const auto broken = drydock::fleet::brokenLink(arguments.target)) {
        std::fprintf(stderr, "drydock: %s\n", broken->c_str());
        return kExitWrongUsage;
    }
    arguments.window.startPage = QString::fromStdString(page);
    return run(std::move(arguments), argc, argv);
} catch (const std::exception& error) {  // out of memory, or a mistake in the options' declaration
    std::fprintf(stderr, "drydock: %s\n", error.what());
    return drydock::app::kExitFailed;
}
