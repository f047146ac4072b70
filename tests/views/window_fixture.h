// What the tests of screens share: a window over a fake desk with a sample fleet and settings of its own, and a main()
// that needs no display.
#pragma once

#include <memory>

#include <QAbstractButton>
#include <QApplication>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/models/sample_fleet.h"
#include "views/main_window.h"
#include "views/page.h"
#include "views/widgets/table_view.h"

namespace drydock::tests {

class WindowFixture {
public:
    static constexpr int kWaitMs = 10'000;  // a bound, not an expectation

    explicit WindowFixture(int devices = 300, views::WindowOptions options = {}) {
        if (devices > 0) fillSampleFleet(client, devices);
        m_nowMs = client.values.nowMs;
        options.settingsFile = m_directory.filePath(QStringLiteral("settings.ini"));
        options.now = [this] { return m_nowMs; };
        m_options = options;
        openWindow();
    }

    // As a restart would: another window over the same settings.
    void openWindow() {
        m_window.reset();
        m_window = std::make_unique<views::MainWindow>(client, m_options);
        m_window->show();
        // A bare X server has no window manager to give a new window the focus, and shortcuts go by it.
        QApplication::setActiveWindow(m_window.get());
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->models().devices.isLoading(), kWaitMs);
        m_window->models().overview.sample();
        QCoreApplication::processEvents();
    }

    [[nodiscard]] views::MainWindow& window() { return *m_window; }
    void advance(std::int64_t ms) { m_nowMs += ms; }
    [[nodiscard]] std::int64_t nowMs() const { return m_nowMs; }

    template <class T>
    [[nodiscard]] T* find(const char* accessibleName = nullptr) {
        for (T* widget : m_window->findChildren<T*>()) {
            if (accessibleName == nullptr || widget->accessibleName() == QLatin1String(accessibleName)) return widget;
        }
        return nullptr;
    }
    // The page's list; its details may hold tables of derived classes.
    [[nodiscard]] static views::TableView* listOf(const views::Page& page) {
        for (auto* table : page.findChildren<views::TableView*>()) {
            if (table->metaObject() == &views::TableView::staticMetaObject) return table;
        }
        return nullptr;
    }
    // The visible button with this text.
    [[nodiscard]] QAbstractButton* button(const QString& text) {
        for (QAbstractButton* one : m_window->findChildren<QAbstractButton*>()) {
            if (one->isVisible() && one->text() == text) return one;
        }
        return nullptr;
    }

    FakeDeskClient client;

private:
    QTemporaryDir m_directory;
    views::WindowOptions m_options;
    std::int64_t m_nowMs = 0;
    std::unique_ptr<views::MainWindow> m_window;
};

}  // namespace drydock::tests

// QTEST_MAIN, on machines without a display too.
#define DRYDOCK_VIEW_TEST_MAIN(TestClass)                                                               \
    int main(int argc, char** argv) {                                                                   \
        if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY")) { \
            qputenv("QT_QPA_PLATFORM", "offscreen");                                                    \
        }                                                                                               \
        QApplication application(argc, argv);                                                           \
        TestClass test;                                                                                 \
        return QTest::qExec(&test, argc, argv);                                                         \
    }
