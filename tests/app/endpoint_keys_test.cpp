#include "app/endpoint/access_keys.h"

#include <sys/stat.h>

#include <fstream>
#include <regex>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/ctl.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using storage::ErrorCode;

unsigned modeOf(const std::filesystem::path& path) {
    struct stat found {};
    return stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0;
}

TEST(AccessKeys, AreMadeAtFirstUseForTheOwnersEyesOnly) {
    const tests::TemporaryDirectory directory;
    AccessKeyFile file(directory / "store");
    EXPECT_TRUE(file.read()->empty());
    EXPECT_FALSE(std::filesystem::exists(directory / "store"));
    const auto key = file.create(false, 42);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_TRUE(std::regex_match(key->id, std::regex("AKIA[A-Z2-7]{16}"))) << key->id;
    EXPECT_TRUE(std::regex_match(key->secret, std::regex("[A-Za-z0-9+/]{40}")));
    EXPECT_EQ(modeOf(file.path()), 0600U);
    EXPECT_EQ(modeOf(directory / "store"), 0700U);
    const auto keys = file.read();
    ASSERT_TRUE(keys);
    ASSERT_EQ(keys->size(), 1U);
    EXPECT_EQ(keys->front().secret, key->secret);
    EXPECT_EQ(keys->front().createdMs, 42);
}

TEST(AccessKeys, StayPrivateWhateverTheUmask) {
    const tests::TemporaryDirectory directory;
    AccessKeyFile file(directory.path());
    const mode_t before = umask(0);
    ASSERT_TRUE(file.create(false, 0));
    ASSERT_TRUE(file.create(false, 0));
    umask(before);
    EXPECT_EQ(modeOf(file.path()), 0600U);
}

TEST(AccessKeys, AreDeletedOneByOne) {
    const tests::TemporaryDirectory directory;
    AccessKeyFile file(directory.path());
    const auto first = file.create(false, 0);
    const auto second = file.create(true, 0);
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(file.remove(first->id));
    ASSERT_EQ(file.read()->size(), 1U);
    EXPECT_EQ(file.read()->front().id, second->id);
    EXPECT_TRUE(file.read()->front().readOnly);
    EXPECT_EQ(file.remove(first->id).error().code, ErrorCode::notFound);
}

TEST(AccessKeys, ChangedByManyAtOnceNoneIsLost) {
    const tests::TemporaryDirectory directory;
    constexpr int kThreads = 4;
    constexpr int kEach = 10;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&directory] {
            AccessKeyFile file(directory.path());
            for (int n = 0; n < kEach; ++n) EXPECT_TRUE(file.create(false, 0));
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::set<std::string> ids;
    const auto keys = AccessKeyFile(directory.path()).read();
    ASSERT_TRUE(keys);
    for (const AccessKey& key : *keys) ids.insert(key.id);
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(kThreads * kEach));
}

TEST(AccessKeys, AFileThatCantBeUnderstoodGivesNoKeyAndIsLeftAsItIs) {
    for (const char* text :
         {"", "{", "[]", R"({"format":2,"keys":[]})", R"({"format":1})", R"({"format":1,"keys":[1]})",
          R"({"format":1,"keys":[{"accessKeyId":"A","secretAccessKey":"B"}]})"}) {
        const tests::TemporaryDirectory directory;
        AccessKeyFile file(directory.path());
        std::ofstream(file.path()) << text;
        EXPECT_EQ(file.read().error().code, ErrorCode::corrupt) << text;
        EXPECT_EQ(file.create(false, 0).error().code, ErrorCode::corrupt) << text;
        EXPECT_EQ(AccessKeys(file).find("A"), nullptr) << text;
        std::string left;
        std::getline(std::ifstream(file.path()), left, '\0');
        EXPECT_EQ(left, text);
    }
}

TEST(AccessKeys, WhoAsksOftenSeesEveryChange) {
    const tests::TemporaryDirectory directory;
    AccessKeyFile file(directory.path());
    AccessKeys keys(file);
    EXPECT_EQ(keys.find("AKIA"), nullptr);
    for (int i = 0; i < 20; ++i) {
        const auto key = file.create(i % 2 == 0, 0);
        ASSERT_TRUE(key);
        const AccessKey* found = keys.find(key->id);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->readOnly, i % 2 == 0);
        const std::uint64_t version = keys.version();
        EXPECT_NE(keys.find(key->id), nullptr);
        EXPECT_EQ(keys.version(), version);
        ASSERT_TRUE(file.remove(key->id));
        EXPECT_EQ(keys.find(key->id), nullptr);
        EXPECT_GT(keys.version(), version);
    }
}

TEST(KeysCommand, CreatesListsAndDeletes) {
    const tests::TemporaryDirectory directory;
    const auto keys = [&directory](std::vector<std::string> words) {
        words.insert(words.begin(), {"--store", directory.path().string(), "keys"});
        return tests::runCtl(words);
    };
    EXPECT_EQ(keys({"list"}).out, "");
    const auto created = tests::jsonLines(keys({"create"}).out);
    ASSERT_EQ(created.size(), 1U);
    const std::string id = created[0]["accessKeyId"];
    const std::string secret = created[0]["secretAccessKey"];
    EXPECT_EQ(created[0]["readOnly"], false);
    EXPECT_EQ(tests::jsonLines(keys({"create", "--read-only"}).out).at(0)["readOnly"], true);

    const tests::FinishedProcess listed = keys({"list"});
    EXPECT_EQ(listed.out.find(secret), std::string::npos);
    EXPECT_EQ(listed.out.find("secret"), std::string::npos);
    const auto lines = tests::jsonLines(listed.out);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["accessKeyId"], id);
    EXPECT_GT(lines[0]["createdMs"], 1'700'000'000'000);

    EXPECT_EQ(keys({"delete", id}).status, 0);
    EXPECT_EQ(tests::jsonLines(keys({"list"}).out).size(), 1U);
    const tests::FinishedProcess again = keys({"delete", id});
    EXPECT_EQ(again.status, 1);
    EXPECT_NE(again.error.find(id), std::string::npos);
    EXPECT_EQ(keys({"delete"}).status, 2);
    EXPECT_EQ(keys({}).status, 2);
}

}  // namespace
}  // namespace drydock::app
