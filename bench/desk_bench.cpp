// Times what a person waits for: the Devices page with all its devices, and its list after each key typed into the
// filter; each beside the least that could be done instead.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QLineEdit>
#include <QTableView>
#include <QTest>

#include "app/desk/core_desk_client.h"
#include "bench/support/registered_fleet.h"
#include "models/device_list_model.h"
#include "models/fleet/tables.h"
#include "storage/base/clock.h"
#include "storage/sqlite/connection.h"
#include "storage/store/sqlite_store.h"
#include "tests/support/temporary_directory.h"
#include "views/main_window.h"
#include "views/widgets/filter_field.h"

namespace drydock::bench {
namespace {

using std::chrono::steady_clock;
using storage::Result;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double kOpenGoalMs = 1000;
constexpr double kKeyGoalMs = 100;
constexpr double kFailRatio = 0.1;

template <class Work>
Milliseconds timed(Work work) {
    const auto begin = steady_clock::now();
    work();
    return steady_clock::now() - begin;
}

void print(const std::string& what, Milliseconds drydock, const char* baseline, Milliseconds ofBaseline,
           double goalMs) {
    std::printf("%-40s %9.2f ms   %-28s %9.2f ms   ratio %7.2f (goal %.0f ms)\n", what.c_str(), drydock.count(),
                baseline, ofBaseline.count(), drydock.count() / ofBaseline.count(), goalMs);
    std::fflush(stdout);
}

Result<void> fillStore(const std::filesystem::path& directory, const app::SimulatedFleet& fleet,
                       std::uint64_t devices) {
    constexpr std::size_t kBatch = 1000;
    const storage::SystemClock clock;
    fleet::FleetOptions options;
    options.firmwareDirectory = directory / "firmware";
    DRYDOCK_ASSIGN(const auto store, storage::SqliteStore::open(directory));
    DRYDOCK_ASSIGN(const auto service, fleet::FleetService::open(*store, clock, options));
    return registerDevices(*service, fleet, devices, kBatch, clock.wallMs());
}

// Every byte of the rows the list is made of.
Result<std::size_t> readRows(const std::filesystem::path& directory) {
    DRYDOCK_ASSIGN(auto connection,
                   storage::sqlite::Connection::open(directory / "store.db", storage::sqlite::OpenMode::readOnly, {}));
    std::size_t bytes = 0;
    for (const char* table : {fleet::tables::kThings, fleet::tables::kDeviceStatus, fleet::tables::kRetries}) {
        DRYDOCK_ASSIGN(const std::int64_t id,
                       connection.queryInteger(std::string("SELECT id FROM tables WHERE name = '") + table + "'"));
        DRYDOCK_ASSIGN(auto rows, connection.prepare("SELECT key, item FROM data_" + std::to_string(id)));
        for (;;) {
            DRYDOCK_ASSIGN(const bool row, rows.step());
            if (!row) break;
            for (const std::string_view column : {rows.blob(0), rows.blob(1)})
                bytes += static_cast<std::size_t>(std::count(column.begin(), column.end(), '{')) + column.size();
        }
    }
    return bytes;
}

// The window as a person starts it, and its Devices page.
class Desk {
public:
    Result<void> open(const std::filesystem::path& directory, std::uint64_t devices) {
        app::DeskOptions options;
        options.storeDirectory = directory;
        DRYDOCK_ASSIGN(m_client, app::CoreDeskClient::start(options, "bench"));
        views::WindowOptions window;
        window.startPage = "devices";
        window.settingsFile = QString::fromStdString((directory / "window.ini").string());
        m_window = std::make_unique<views::MainWindow>(*m_client, window);
        m_window->resize(1280, 800);
        m_window->show();
        for (QTableView* view : m_window->currentPage()->findChildren<QTableView*>())
            if (qobject_cast<models::DeviceListModel*>(view->model()) != nullptr) m_list = view;
        m_edit = m_window->currentPage()->findChild<views::FilterField*>()->findChild<QLineEdit*>();
        while (m_window->models().devices.isLoading() || rows() < devices)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        m_list->viewport()->repaint();
        return {};
    }

    [[nodiscard]] std::uint64_t rows() const { return static_cast<std::uint64_t>(m_list->model()->rowCount()); }

    Milliseconds press(char key) {
        return timed([&] {
            key == '\b' ? QTest::keyClick(m_edit, Qt::Key_Backspace) : QTest::keyClick(m_edit, key);
            m_list->viewport()->repaint();
        });
    }

private:
    std::unique_ptr<app::CoreDeskClient> m_client;
    std::unique_ptr<views::MainWindow> m_window;
    QTableView* m_list = nullptr;
    QLineEdit* m_edit = nullptr;
};

// Types the beginning of a device's id and takes it back; returns the slowest key.
Milliseconds slowestKey(Desk& desk, const std::string& id) {
    Milliseconds slowest{0};
    std::string keys = id.substr(0, 4);
    keys.append(keys.size(), '\b');
    for (const char key : keys) slowest = std::max(slowest, desk.press(key));
    return slowest;
}

// The same for the plainest search there is.
Milliseconds slowestSearch(const std::vector<std::string>& ids, const std::string& id) {
    Milliseconds slowest{0};
    for (std::size_t length = 1; length <= 4; ++length) {
        std::vector<std::size_t> found;
        slowest = std::max(slowest, timed([&] {
                               for (std::size_t i = 0; i < ids.size(); ++i)
                                   if (ids[i].find(id.substr(0, length)) != std::string::npos) found.push_back(i);
                           }));
    }
    return slowest;
}

Result<void> measure(std::uint64_t devices, int rounds) {
    const tests::TemporaryDirectory directory;
    const app::SimulatedFleet fleet({devices, kFailRatio, 0, storage::SystemClock().wallMs(), 1});
    DRYDOCK_TRY(fillStore(directory.path(), fleet, devices));
    std::vector<std::string> ids;
    for (std::uint64_t device = 0; device < devices; ++device) ids.push_back(fleet.deviceId(device));

    Milliseconds read{1e9};
    Milliseconds opened{1e9};
    Milliseconds searched{0};
    Milliseconds filtered{0};
    for (int round = 0; round < rounds; ++round) {
        Result<std::size_t> bytes = 0;
        read = std::min(read, timed([&] { bytes = readRows(directory.path()); }));
        if (!bytes) return storage::fail(bytes.error());
        Desk desk;
        Result<void> open;
        opened = std::min(opened, timed([&] { open = desk.open(directory.path(), devices); }));
        if (!open) return open;
        const std::string& id = ids[ids.size() / 2 + static_cast<std::size_t>(round)];
        searched = std::max(searched, slowestSearch(ids, id));
        filtered = std::max(filtered, slowestKey(desk, id));
        if (desk.rows() != devices) return storage::fail(storage::ErrorCode::internal, "The list lost devices.");
    }
    const std::string suffix = ", " + std::to_string(devices) + " devices";
    print("Devices page opens" + suffix, opened, "rows read, raw SQLite", read, kOpenGoalMs);
    print("slowest key of a filter" + suffix, filtered, "ids searched one by one", searched, kKeyGoalMs);
    return {};
}

int run(int argc, char** argv) {
    std::vector<std::uint64_t> devices = {100'000};
    int rounds = 3;
    CLI::App parser("Times the Devices page.");
    parser.add_option("--devices", devices, "Sizes of the fleet")->delimiter(',')->check(CLI::Range(100, 10'000'000));
    parser.add_option("--rounds", rounds, "Times each is measured")->check(CLI::Range(1, 50));
    CLI11_PARSE(parser, argc, argv);
    QApplication application(argc, argv);
    for (const std::uint64_t count : devices) {
        if (const auto measured = measure(count, rounds); !measured) {
            std::fprintf(stderr, "desk_bench: %s\n", measured.error().message.c_str());
            return 1;
        }
    }
    return 0;
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) try {
    return drydock::bench::run(argc, argv);
} catch (const std::exception& error) {  // out of memory, or a mistake in the options' declaration
    std::fprintf(stderr, "desk_bench: %s\n", error.what());
    return 1;
}
