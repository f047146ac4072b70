// Random requests, valid and not, against a model of the API in memory: no answer may differ, whatever came before,
// with the store closed and opened again, and the power cut, in between.
#include <algorithm>

#include "tests/storage/api_fixture.h"
#include "tests/storage/api_model.h"
#include "tests/support/fault_vfs.h"

namespace drydock::tests {
namespace {

constexpr int kRequests = 5000;  // of each seed: 100,000 in all

class ApiModelTest : public ApiTest, public ::testing::WithParamInterface<std::uint64_t> {
protected:
    void SetUp() override { openOnDisk(); }
    // The disk goes before the fixture's store would.
    void TearDown() override { store.reset(); }

    void openOnDisk() {
        store.reset();
        StoreOptions options;
        options.clock = &clock;
        options.vfs = disk.name();
        store = take(SqliteStore::open(path(), options));
    }
    // The store is not closed, and what it had not synced is lost, in part or altogether.
    void crash(std::uint64_t seed) {
        disk.cutPower(seed);
        store.reset();
        disk.restorePower();
        openOnDisk();
    }

    void expectAnswer(const ModelRequest& request) {
        const Answer answer = call(request.operation, request.body.dump());
        if (!request.error.empty()) {
            EXPECT_EQ(answer.status, 400);
            EXPECT_EQ(answer.error().substr(0, answer.error().find(':')), request.error) << answer.body.dump();
            std::vector<std::string> reasons;
            if (answer.body.contains("CancellationReasons"))
                for (const json& reason : answer.body["CancellationReasons"]) reasons.push_back(reason.at("Code"));
            EXPECT_EQ(reasons, request.reasons);
            return;
        }
        ASSERT_EQ(answer.status, 200) << answer.body.dump();
        for (const auto& [name, expected] : request.answer) {
            json found = normalized(answer.body.value(name, json()));
            json wanted = normalized(expected);
            if (!request.ordered) {
                sortItems(found);
                sortItems(wanted);
            }
            EXPECT_EQ(found, wanted) << name;
        }
    }
    // Lists of items, wherever they are, in one order.
    static void sortItems(json& value) {
        if (value.is_array()) std::sort(value.begin(), value.end());
        if (value.is_object())
            for (json& member : value)
                if (member.is_array()) std::sort(member.begin(), member.end());
    }

    FaultVfs disk;
};

TEST_P(ApiModelTest, AnswersAsTheModelDoes) {
    ApiModel model(GetParam());
    for (int step = 0; step < kRequests && !HasFailure(); ++step) {
        const ModelRequest request = model.next();
        SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", request " + std::to_string(step) + ": " +
                     request.operation + " " + request.body.dump());
        expectAnswer(request);
        if (step % 1000 == 499) crash(GetParam() + static_cast<std::uint64_t>(step));
        if (step % 1000 == 999) openOnDisk();
    }
    for (const char* name : {"Plain", "Rich"}) {
        json found = ok("Scan", json{{"TableName", name}}.dump()).at("Items");
        json wanted = model.items(name);
        found = normalized(found);
        sortItems(found);
        sortItems(wanted);
        EXPECT_EQ(found, wanted);
    }
    for (const CheckFinding& finding : take(store->check(false)))
        ADD_FAILURE() << finding.table << ": " << finding.what;
}

INSTANTIATE_TEST_SUITE_P(Seeds, ApiModelTest, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace drydock::tests
