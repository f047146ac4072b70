// "Devices on it": things whose FW is the version and whose model belongs to the product.
#include <gmock/gmock.h>

#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class DevicesOnFirmware : public FleetDesk {
protected:
    void registerDevice(const std::string& id, const std::string& model, const std::string& fw) {
        send(payload(id, ++deviceTimeMs, "succeeded", model, fw));
    }
    std::vector<std::string> devicesOn(const std::string& product, const std::string& version) {
        std::vector<std::string> ids;
        const auto read = service->reader().forEachDeviceOn(product, version, [&ids](const std::string& id) {
            ids.push_back(id);
            return true;
        });
        EXPECT_TRUE(read) << read.error().message;
        EXPECT_EQ(service->reader().countDevicesOn(product, version).value(), ids.size());
        return ids;
    }
};

TEST_F(DevicesOnFirmware, AreThoseWhoseModelIsTheProduct) {
    registerDevice("a", "wo:v8", "2.27");
    registerDevice("b", "wo:v8", "2.28");
    registerDevice("c", "wo:v9", "2.27");
    registerDevice("d", "wo:v8", "2.27");
    EXPECT_THAT(devicesOn("wo:v8", "2.27"), UnorderedElementsAre("a", "d"));
    EXPECT_THAT(devicesOn("wo:v8", "9.99"), IsEmpty());
    EXPECT_THAT(devicesOn("other", "2.27"), IsEmpty());
    EXPECT_THAT(devicesOn("", "2.27"), IsEmpty());
}

TEST_F(DevicesOnFirmware, AreThoseOfTheProductsModelsWhereTheTableNamesThem) {
    registerDevice("a", "wo:v8", "2.27");
    registerDevice("b", "wo:v9", "2.27");
    registerDevice("c", "wearable", "2.27");
    put(tables::kProductModels, {{"product_id", "wearable"}, {"models", storage::StringSet{{"wo:v8", "wo:v9"}}}});
    EXPECT_THAT(devicesOn("wearable", "2.27"), UnorderedElementsAre("a", "b"));
    EXPECT_THAT(service->reader().modelsOf("wearable").value(), ElementsAre("wo:v8", "wo:v9"));
    EXPECT_THAT(service->reader().modelsOf("wo:v8").value(), ElementsAre("wo:v8"));
    EXPECT_THAT(service->reader().productModels().value(),
                ElementsAre(Pair("wearable", ElementsAre("wo:v8", "wo:v9"))));
}

TEST_F(DevicesOnFirmware, AreReadUntilTheReaderHasEnough) {
    for (const char* id : {"a", "b", "c"}) registerDevice(id, "wo:v8", "2.27");
    int taken = 0;
    ASSERT_TRUE(
        service->reader().forEachDeviceOn("wo:v8", "2.27", [&taken](const std::string&) { return ++taken < 2; }));
    EXPECT_EQ(taken, 2);
}

}  // namespace
}  // namespace drydock::fleet
