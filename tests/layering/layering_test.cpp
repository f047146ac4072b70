#include "tests/layering/layering.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace drydock::tests {
namespace {

const std::filesystem::path kQt = DRYDOCK_QT_INCLUDE_DIR;

class LayeringTest : public testing::Test {
protected:
    void write(const std::string& name, const std::string& text) {
        const std::filesystem::path file = m_root / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    std::vector<std::string> violations() { return findLayeringViolations(m_root.path(), kQt); }

    TemporaryDirectory m_root;
};

TEST(HouseTest, NoArrowGoesAgainstTheTable) {
    EXPECT_EQ(findLayeringViolations(DRYDOCK_SOURCE_DIR, kQt), std::vector<std::string>{});
}

TEST_F(LayeringTest, StorageKnowsNeitherQtNorMqttNorTheFleet) {
    write("storage/a.cpp",
          "#include <QString>\n#include <mosquitto.h>\n#include \"models/fleet/device.h\"\n#include <sqlite3.h>\n");
    EXPECT_EQ(violations().size(), 3U);
}

TEST_F(LayeringTest, FleetKnowsNoSqliteAndNoQt) {
    write("models/fleet/a.h",
          "#include <sqlite3.h>\n#include <QObject>\n#include \"storage/store/table_store.h\"\n#include <zip.h>\n");
    EXPECT_EQ(violations().size(), 2U);
}

TEST_F(LayeringTest, ModelsKnowNoWidgets) {
    write("models/a.cpp", "#include <QWidget>\n#include <QAbstractTableModel>\n#include \"models/fleet/device.h\"\n");
    EXPECT_EQ(violations(), std::vector<std::string>{"models/a.cpp: must not use QtWidgets (QWidget)"});
}

TEST_F(LayeringTest, ViewsKnowNoStorage) {
    write("views/devices/a.cpp",
          "#include \"storage/store/table_store.h\"\n#include \"models/roles.h\"\n#include <QWidget>\n");
    EXPECT_EQ(violations(),
              std::vector<std::string>{"views/devices/a.cpp: must not include storage/store/table_store.h"});
}

TEST_F(LayeringTest, TheCommandLineTwinKnowsNoQt) {
    write("app/services/a.cpp", "#include <QCoreApplication>\n");
    write("app/CMakeLists.txt", "target_link_libraries(drydockctl PRIVATE drydock_app Qt5::Widgets drydock_views)\n");
    EXPECT_EQ(violations().size(), 3U);
}

TEST_F(LayeringTest, LinkListsAreHeldToTheSameTable) {
    write("models/CMakeLists.txt",
          "target_link_libraries(drydock_models PUBLIC drydock_fleet Qt5::Core\n  SQLite::SQLite3)\n");
    EXPECT_EQ(violations(),
              std::vector<std::string>{"models/CMakeLists.txt (drydock_models): must not link SQLite::SQLite3"});
}

}  // namespace
}  // namespace drydock::tests
