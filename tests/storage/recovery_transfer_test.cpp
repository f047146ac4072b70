// Exports of tables to folders and files, and imports from them.
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "storage/recovery/folders.h"
#include "storage/recovery/table_files.h"
#include "storage/recovery/table_recovery.h"
#include "tests/storage/random_values.h"
#include "tests/storage/store_fixture.h"
#include "tests/support/fault_vfs.h"

namespace drydock::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RecoveryTransfer : public StoreTest {
protected:
    RecoveryTransfer() {
        TableDefinition things = table("Things", {"id", AttributeType::S});
        things.pointInTimeRecovery = true;
        create(things);
    }

    TableRecovery& recovery() { return store->recovery(); }
    void thing(const std::string& id, AttributeValue n) { write(put("Things", {{"id", id}, {"n", std::move(n)}})); }
    void things(int count) {
        for (int i = 0; i < count; ++i) thing("id" + std::to_string(i), i);
    }
    void finish(std::size_t limit = 100) {
        while (take(recovery().step(limit)) > 0) {
        }
    }
    std::map<std::string, Item> itemsOf(const std::string& name) {
        std::map<std::string, Item> items;
        for (const Item& item : take(store->scan(scan(name))).items) items.emplace(item.string("id"), item);
        return items;
    }
    ExportDescription exportThings(const std::string& prefix = "") {
        const ExportDescription begun = take(recovery().exportTable({"Things", "bucket", prefix, std::nullopt, ""}));
        finish();
        return take(recovery().describeExport(exportArn(begun)));
    }
    [[nodiscard]] fs::path bucket() const { return path() / "exports" / "bucket"; }
    static std::string textOf(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    static void fill(const fs::path& file, const std::string& text) {
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    TableDefinition definitionOf(const std::string& name) { return take(store->describeTable(name)).definition; }
    // Slices are committed to the table at once.
    PutSlice into(const std::string& name) {
        return [this, name](std::vector<Item> items) -> Result<PutCounts> {
            DRYDOCK_ASSIGN(const auto outcome, store->commit(putUnits(name, std::move(items))));
            return countsOf(outcome);
        };
    }
    FileImport importInto(const std::string& name, const fs::path& file, const FileOptions& options = {}) {
        FileImport import;
        const auto imported = importFromFile(definitionOf(name), file, options, into(name), import);
        EXPECT_TRUE(imported) << imported.error().message;
        return import;
    }
    ImportRequest from(const std::string& prefix, const std::string& target = "Copy") {
        ImportRequest request;
        request.definition = table(target, {"id", AttributeType::S});
        request.bucket = "bucket";
        request.prefix = prefix;
        return request;
    }
    ImportDescription import(const ImportRequest& request, std::size_t limit = 100) {
        const ImportDescription begun = take(recovery().importTable(request));
        finish(limit);
        return take(recovery().describeImport(importArn(begun)));
    }
};

TEST_F(RecoveryTransfer, AnExportHasTheLayoutAndChecksumsOfTheServices) {
    things(5);
    const ExportDescription done = exportThings("some/where");
    EXPECT_EQ(done.status, TransferStatus::completed);
    EXPECT_EQ(done.itemCount, 5U);
    const fs::path folder = bucket() / "some/where/AWSDynamoDB" / done.id;
    EXPECT_TRUE(fs::exists(folder / "_started"));
    const std::string summaryText = textOf(folder / "manifest-summary.json");
    EXPECT_EQ(textOf(folder / "manifest-summary.md5"), md5Of(summaryText).value().base64);
    const json summary = json::parse(summaryText);
    EXPECT_EQ(summary.at("version"), "2020-06-30");
    EXPECT_EQ(summary.at("exportArn"), exportArn(done));
    EXPECT_EQ(summary.at("tableArn"), "arn:aws:dynamodb:local:000000000000:table/Things");
    EXPECT_EQ(summary.at("exportTime"), "2024-03-24T22:40:00.000Z");
    EXPECT_EQ(summary.at("s3Bucket"), "bucket");
    EXPECT_EQ(summary.at("itemCount"), 5);
    EXPECT_EQ(bucket() / manifestKey(done), folder / "manifest-summary.json");
    const std::string filesText = textOf(bucket() / summary.at("manifestFilesS3Key").get<std::string>());
    EXPECT_EQ(textOf(folder / "manifest-files.md5"), md5Of(filesText).value().base64);
    const json file = json::parse(filesText);
    EXPECT_EQ(file.at("itemCount"), 5);
    const fs::path data = bucket() / file.at("dataFileS3Key").get<std::string>();
    EXPECT_EQ(data.parent_path(), folder / "data");
    EXPECT_EQ(file.at("md5Checksum"), md5Of(textOf(data)).value().base64);
    EXPECT_EQ(file.at("etag"), md5Of(textOf(data)).value().hex + "-1");
    ItemFileReader reader = take(ItemFileReader::open(data, {}, take(store->describeTable("Things")).definition, 0));
    EXPECT_EQ(take(*reader.next()), (Item{{"id", "id0"}, {"n", 0}}));
}

TEST_F(RecoveryTransfer, AnExportHoldsTheTableAsItWasAndGoesOnAfterReopening) {
    things(20);
    const std::map<std::string, Item> before = itemsOf("Things");
    const std::int64_t then = clock.wallMs();
    clock.advance(1000);
    things(3);
    write(remove("Things", {{"id", "id7"}}));
    const ExportDescription begun = take(recovery().exportTable({"Things", "bucket", "", then, ""}));
    EXPECT_TRUE(failedWith(store->deleteTable("Things"), ErrorCode::resourceInUse));
    for (int i = 0; i < 12; ++i) {
        reopen();
        take(recovery().step(3));
        thing("new" + std::to_string(i), i);
    }
    EXPECT_EQ(take(recovery().step(3)), 0U);
    const ExportDescription done = take(recovery().describeExport(exportArn(begun)));
    EXPECT_EQ(done.status, TransferStatus::completed);
    EXPECT_EQ(done.itemCount, 20U);
    const ImportDescription imported = import(from("AWSDynamoDB/" + done.id + "/data/"));
    EXPECT_EQ(imported.importedCount, 20U);
    EXPECT_EQ(imported.errorCount, 0U);
    EXPECT_EQ(itemsOf("Copy"), before);
}

TEST_F(RecoveryTransfer, WhatAnInterruptedSliceWroteIsCutOff) {
    things(10);
    const ExportDescription begun = take(recovery().exportTable({"Things", "bucket", "", std::nullopt, ""}));
    take(recovery().step(4));
    const fs::path data = bucket() / "AWSDynamoDB" / begun.id / "data";
    const fs::path file = fs::directory_iterator(data)->path();
    reopen();
    std::ofstream(file, std::ios::binary | std::ios::app) << "half a slice";
    finish(4);
    EXPECT_EQ(import(from("AWSDynamoDB/" + begun.id + "/data/")).importedCount, 10U);
    EXPECT_EQ(itemsOf("Copy"), itemsOf("Things"));
}

TEST(Md5, IsThatOfTheRfc) {
    EXPECT_EQ(md5Of("").value().hex, "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(md5Of("abc").value().hex, "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(md5Of("abc").value().base64, "kAFQmDzST7DWlj99KOF/cg==");
    EXPECT_EQ(md5Of("12345678901234567890123456789012345678901234567890123456789012345678901234567890").value().hex,
              "57edf4a22be3c955ac49da2e2107b67a");
}

TEST_F(RecoveryTransfer, AnEmptyTableIsExportedToo) {
    const ExportDescription done = exportThings();
    EXPECT_EQ(done.itemCount, 0U);
    const ImportDescription imported = import(from("AWSDynamoDB/" + done.id + "/data/"));
    EXPECT_EQ(imported.status, TransferStatus::completed);
    EXPECT_THAT(itemsOf("Copy"), IsEmpty());
}

TEST_F(RecoveryTransfer, AnExportThatCannotBeWrittenFails) {
    things(3);
    fill(path() / "exports", "a file where the folder should be");
    const ExportDescription done = exportThings();
    EXPECT_EQ(done.status, TransferStatus::failed);
    EXPECT_THAT(done.failure, HasSubstr("exports"));
    EXPECT_EQ(take(recovery().step(10)), 0U);
}

TEST_F(RecoveryTransfer, ExportsNeedRecoveryAndATimeItCovers) {
    create(table("Plain", {"id", AttributeType::S}));
    const std::int64_t now = clock.wallMs();
    EXPECT_TRUE(failedWith(recovery().exportTable({"Plain", "bucket", "", now, ""}),
                           ErrorCode::pointInTimeRecoveryUnavailable));
    EXPECT_TRUE(failedWith(recovery().exportTable({"Nothing", "bucket", "", now, ""}), ErrorCode::tableNotFound));
    EXPECT_TRUE(
        failedWith(recovery().exportTable({"Things", "bucket", "", now + 1, ""}), ErrorCode::invalidExportTime));
    EXPECT_TRUE(failedWith(recovery().describeExport("arn:x"), ErrorCode::exportNotFound, "Export not found: arn:x"));
}

TEST_F(RecoveryTransfer, TheSameTokenIsTheSameExport) {
    const ExportRequest request{"Things", "bucket", "", std::nullopt, "token"};
    const ExportDescription first = take(recovery().exportTable(request));
    EXPECT_EQ(take(recovery().exportTable(request)).id, first.id);
    ExportRequest other = request;
    other.prefix = "elsewhere";
    EXPECT_TRUE(failedWith(recovery().exportTable(other), ErrorCode::exportConflict));
    EXPECT_EQ(take(recovery().listExports()).size(), 1U);
}

TEST_F(RecoveryTransfer, NothingOutsideTheBucketsCanBeNamed) {
    for (const char* name : {"", "ab", "..", "../up", "a/b", "/tmp", ".hidden", "a..b", "bucket/", "a\nb"}) {
        EXPECT_TRUE(failedWith(checkBucket(name), ErrorCode::validation)) << name;
    }
    for (const char* name : {"/", "/etc", "..", "../up", "a/../../b", "a//b", "a/./b", "a\\b", "a\nb"}) {
        EXPECT_TRUE(failedWith(checkPrefix(name), ErrorCode::validation)) << name;
        EXPECT_TRUE(
            failedWith(recovery().exportTable({"Things", "bucket", name, std::nullopt, ""}), ErrorCode::validation));
        EXPECT_TRUE(failedWith(recovery().importTable(from(name)), ErrorCode::validation));
    }
    for (const char* name : {"", "a", "a/b", "a/b/", "a b.c-d"}) EXPECT_TRUE(succeeded(checkPrefix(name))) << name;
}

TEST_F(RecoveryTransfer, LinksOutOfTheBucketAreNotFollowed) {
    fill(directory / "secret", R"({"Item":{"id":{"S":"secret"}}})");
    fill(bucket() / "in/a", R"({"Item":{"id":{"S":"a"}}})");
    fs::create_symlink(directory / "secret", bucket() / "in/b");
    EXPECT_EQ(import(from("in/")).processedCount, 1U);
}

TEST_F(RecoveryTransfer, RecordsThatAreNoItemsAreCountedAndTheOthersImported) {
    fill(bucket() / "in/1.json",
         "{\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}\n"
         "\n"
         "no JSON\n"
         "{\"Item\":{\"id\":{\"N\":\"1\"}}}\n"
         "{\"Item\":{\"n\":{\"N\":\"1\"}}}\n"
         "{\"id\":{\"S\":\"bare\"}}\n"
         "{\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}}\r\n"
         "[[[[[[\n"
         "{\"Item\":{\"id\":{\"S\":\"b\"}}}");
    const ImportDescription done = import(from("in/"), 2);
    EXPECT_EQ(done.status, TransferStatus::completed);
    EXPECT_EQ(done.processedCount, 8U);
    EXPECT_EQ(done.importedCount, 3U);
    EXPECT_EQ(done.errorCount, 5U);
    EXPECT_FALSE(done.failure.empty());
    EXPECT_EQ(done.processedBytes, fs::file_size(bucket() / "in/1.json"));
    const std::map<std::string, Item> items = itemsOf("Copy");
    EXPECT_EQ(items.size(), 2U);
    EXPECT_EQ(items.at("a"), (Item{{"id", "a"}, {"n", 2}})) << "the last of a key stays";
}

TEST_F(RecoveryTransfer, ADamagedFileIsAnErrorAmongOthers) {
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += "{\"Item\":{\"id\":{\"S\":\"id" + std::to_string(i * 7919) + "\"}}}\n";
    const std::string packed = take(gzipped(lines));
    fill(bucket() / "in/1.gz", packed.substr(0, packed.size() / 2));
    fill(bucket() / "in/2.gz", take(gzipped("{\"Item\":{\"id\":{\"S\":\"last\"}}}\n")));
    const ImportDescription done = import(from("in/"));
    EXPECT_EQ(done.status, TransferStatus::completed);
    EXPECT_GE(done.errorCount, 1U);
    EXPECT_TRUE(get("Copy", {{"id", "last"}}));
}

TEST_F(RecoveryTransfer, AnImportGoesOnAfterReopeningAndIsClosedUntilThen) {
    std::map<std::string, Item> expected;
    for (int f = 0; f < 3; ++f) {
        std::string lines;
        for (int i = 0; i < 10; ++i) {
            const Item item{{"id", std::to_string(f) + "-" + std::to_string(i)}, {"n", i}};
            appendItemLine(item, lines);
            expected.emplace(item.string("id"), item);
        }
        fill(bucket() / ("in/" + std::to_string(f)), f == 1 ? lines : take(gzipped(lines)));
    }
    const ImportDescription begun = take(recovery().importTable(from("in/")));
    EXPECT_TRUE(failedWith(store->get(getItem("Copy", {{"id", "0-0"}})), ErrorCode::resourceNotFound));
    EXPECT_TRUE(failedWith(recovery().importTable(from("in/")), ErrorCode::resourceInUse));
    for (int i = 0; i < 20; ++i) {
        reopen();
        take(recovery().step(3));
    }
    const ImportDescription done = take(recovery().describeImport(importArn(begun)));
    EXPECT_EQ(done.status, TransferStatus::completed);
    EXPECT_EQ(done.importedCount, 30U) << "none twice";
    EXPECT_EQ(itemsOf("Copy"), expected);
    EXPECT_EQ(take(store->describeTable("Copy")).id, done.tableId);
}

TEST_F(RecoveryTransfer, AnImportTheDiskHasNoRoomForDoesNotBegin) {
    fill(bucket() / "in.json", "{\"Item\":{\"id\":{\"S\":\"a\"}}}\n");
    FaultVfs disk;
    StoreOptions options;
    options.clock = &clock;
    options.vfs = disk.name();
    store.reset();
    store = take(SqliteStore::open(path(), options));
    for (std::size_t writes = 0;; ++writes) {
        disk.failWritesAfter(writes, SQLITE_FULL);
        const auto begun = recovery().importTable(from(""));
        disk.clearFaults();
        if (begun) {
            EXPECT_EQ(begun->tableId, take(store->describeTable("Copy")).id);
            break;
        }
        EXPECT_EQ(begun.error().code, ErrorCode::diskFull);
        EXPECT_EQ(take(store->listTables()), std::vector<std::string>{"Things"}) << "after " << writes << " writes";
        EXPECT_THAT(take(recovery().listImports()), IsEmpty());
        ASSERT_FALSE(HasFailure());
    }
    finish();
    EXPECT_EQ(itemsOf("Copy").size(), 1U);
    store.reset();
}

TEST_F(RecoveryTransfer, AnImportWithoutFilesFailsAndLeavesNoTable) {
    const ImportDescription done = import(from("nothing/"));
    EXPECT_EQ(done.status, TransferStatus::failed);
    EXPECT_THAT(done.failure, HasSubstr("There is no file in bucket bucket"));
    EXPECT_TRUE(failedWith(store->describeTable("Copy"), ErrorCode::resourceNotFound));
    EXPECT_EQ(take(recovery().listImports()).size(), 1U);
}

TEST_F(RecoveryTransfer, CsvIsReadByItsHeaderAndKeysHaveTheirTypes) {
    fill(bucket() / "in/1.csv",
         "id,rank,blob,note\n"
         "1,10,AQI=,plain\n"
         "2,x,,not a number\n"
         "3,30,,\"quoted, with \"\"quotes\"\" and\na line\"\n"
         "4,40,,extra,field\n"
         "5,,,\n");
    ImportRequest request = from("in/");
    request.definition = table("Copy", {"id", AttributeType::N});
    request.definition.indexes = {index("rank-index", {"rank", AttributeType::N}),
                                  index("blob-index", {"blob", AttributeType::B})};
    request.files.format = FileFormat::csv;
    const ImportDescription done = import(request, 1);
    EXPECT_EQ(done.importedCount, 3U);
    EXPECT_EQ(done.errorCount, 2U);
    EXPECT_EQ(get("Copy", {{"id", 1}}), (Item{{"id", 1}, {"rank", 10}, {"blob", Binary{1, 2}}, {"note", "plain"}}));
    EXPECT_EQ(get("Copy", {{"id", 3}}),
              (Item{{"id", 3}, {"rank", 30}, {"note", "quoted, with \"quotes\" and\na line"}}));
    EXPECT_EQ(get("Copy", {{"id", 5}}), (Item{{"id", 5}}));
}

TEST_F(RecoveryTransfer, CsvMayHaveAnotherDelimiterAndNoHeader) {
    fill(bucket() / "in/1.csv", "a;1\nb;2\n");
    ImportRequest request = from("in/");
    request.files = {FileFormat::csv, ';', {"id", "n"}};
    EXPECT_EQ(import(request).importedCount, 2U);
    EXPECT_EQ(get("Copy", {{"id", "b"}}), (Item{{"id", "b"}, {"n", "2"}}));
}

TEST_F(RecoveryTransfer, ATableGoesToOneFileAndBack) {
    const std::uint32_t seed = freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomValues random(seed);
    for (int i = 0; i < 50; ++i) {
        Item item = random.item(2);
        item.set("id", "id" + std::to_string(i));
        // Not every random item may be stored.
        if (!store->write(put("Things", item))) thing("id" + std::to_string(i), i);
    }
    for (const char* name : {"things.json", "things.json.gz"}) {
        const fs::path file = directory / name;
        EXPECT_EQ(take(exportToFile(*store, "Things", file, FileFormat::dynamoDbJson)), 50U);
        const std::string target = std::string("From-") + name;
        create(table(target, {"id", AttributeType::S}));
        const FileImport import = importInto(target, file);
        EXPECT_EQ(import.counts.imported, 50U);
        EXPECT_EQ(import.counts.errors, 0U) << import.counts.firstError;
        EXPECT_EQ(import.position, textOf(directory / "things.json").size());
        EXPECT_EQ(itemsOf(target), itemsOf("Things"));
    }
    EXPECT_LT(fs::file_size(directory / "things.json.gz"), fs::file_size(directory / "things.json"));
}

TEST_F(RecoveryTransfer, CsvOutHasAColumnForEachAttribute) {
    write(put("Things", {{"id", "a"}, {"z", "say \"hi\", twice"}}));
    write(put("Things", {{"id", "b"}, {"flag", true}, {"n", 7}}));
    const fs::path file = directory / "things.csv";
    EXPECT_EQ(take(exportToFile(*store, "Things", file, FileFormat::csv)), 2U);
    EXPECT_EQ(textOf(file),
              "id,flag,n,z\n"
              "a,,,\"say \"\"hi\"\", twice\"\n"
              "b,\"{\"\"BOOL\"\":true}\",7,\n");
}

TEST_F(RecoveryTransfer, FilesThatCannotBeUsedAreNamed) {
    const fs::path missing = directory / "missing" / "file.json";
    const auto exported = exportToFile(*store, "Things", missing, FileFormat::dynamoDbJson);
    ASSERT_TRUE(failedWith(exported, ErrorCode::io));
    EXPECT_THAT(exported.error().message, HasSubstr(missing.string()));
    FileImport import;
    EXPECT_TRUE(failedWith(importFromFile(definitionOf("Things"), missing, {}, into("Things"), import), ErrorCode::io));
    EXPECT_TRUE(
        failedWith(exportToFile(*store, "Nothing", directory / "x", FileFormat::csv), ErrorCode::resourceNotFound));
    EXPECT_FALSE(fs::exists(directory / "x"));
}

TEST_F(RecoveryTransfer, AnImportThatWasStoppedGoesOnWhereItWas) {
    things(1200);
    const fs::path file = directory / "things.jsonl";
    ASSERT_EQ(take(exportToFile(*store, "Things", file, FileFormat::dynamoDbJson)), 1200U);
    std::ofstream(file, std::ios::app) << "no item\n";
    create(table("Copy", {"id", AttributeType::S}));
    FileImport import;
    std::vector<std::size_t> slices;
    const auto put = [&](std::vector<Item> items) {
        slices.push_back(items.size());
        return into("Copy")(std::move(items));
    };
    const auto afterOneSlice = [&] { return !slices.empty(); };
    EXPECT_TRUE(
        failedWith(importFromFile(definitionOf("Copy"), file, {}, put, import, afterOneSlice), ErrorCode::refused));
    EXPECT_EQ(import.counts.imported, slices.at(0));
    EXPECT_LT(import.counts.imported, 1200U);
    EXPECT_EQ(itemsOf("Copy").size(), import.counts.imported);
    ASSERT_TRUE(importFromFile(definitionOf("Copy"), file, {}, put, import));
    EXPECT_EQ(std::accumulate(slices.begin(), slices.end(), std::size_t{0}), 1200U) << "no item is put twice";
    EXPECT_EQ(import.counts.imported, 1200U);
    EXPECT_EQ(import.counts.errors, 1U);
    EXPECT_FALSE(import.counts.firstError.empty());
    EXPECT_EQ(import.position, fs::file_size(file));
    EXPECT_EQ(itemsOf("Copy"), itemsOf("Things"));
}

TEST_F(RecoveryTransfer, ASliceThatCannotBePutIsNotCountedAsDone) {
    things(3);
    const fs::path file = directory / "things.jsonl";
    ASSERT_EQ(take(exportToFile(*store, "Things", file, FileFormat::dynamoDbJson)), 3U);
    const auto full = [](std::vector<Item>) -> Result<PutCounts> { return fail(ErrorCode::diskFull, "full"); };
    FileImport import;
    EXPECT_TRUE(failedWith(importFromFile(definitionOf("Things"), file, {}, full, import), ErrorCode::diskFull));
    EXPECT_EQ(import.counts.imported, 0U);
    EXPECT_EQ(import.position, 0U);
}

TEST_F(RecoveryTransfer, AnExportThatWasStoppedLeavesTheOldFile) {
    thing("a", 1);
    const fs::path file = directory / "things.csv";
    fill(file, "old");
    EXPECT_TRUE(
        failedWith(exportToFile(*store, "Things", file, FileFormat::csv, [] { return true; }), ErrorCode::refused));
    EXPECT_EQ(textOf(file), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 2)
        << "the file and the store";
}

TEST_F(RecoveryTransfer, OrdinaryJsonLinesGoOutAndIn) {
    write(put("Things", {{"id", "a"}, {"n", Number(7)}, {"tags", List{"x", true}}}));
    const fs::path file = directory / "things.jsonl";
    EXPECT_EQ(take(exportToFile(*store, "Things", file, FileFormat::plainJson)), 1U);
    EXPECT_EQ(textOf(file), "{\"id\":\"a\",\"n\":7,\"tags\":[\"x\",true]}\n");
    create(table("Copy", {"id", AttributeType::S}));
    FileOptions options;
    options.format = FileFormat::plainJson;
    EXPECT_EQ(importInto("Copy", file, options).counts.imported, 1U);
    EXPECT_EQ(itemsOf("Copy"), itemsOf("Things"));
}

}  // namespace
}  // namespace drydock::tests
