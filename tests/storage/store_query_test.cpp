// Query and Scan: key conditions, indexes, pages, filters, projections, segments.
#include <gmock/gmock.h>

#include <set>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::int64_t> numbers(const Page& page, const char* name = "at") {
    std::vector<std::int64_t> values;
    for (const Item& item : page.items) values.push_back(item.integer(name));
    return values;
}

class StoreQuery : public StoreTest {
protected:
    StoreQuery() {
        TableDefinition events = table("Events", {"id", AttributeType::S}, {{"at", AttributeType::N}});
        events.indexes = {index("status-index", {"status", AttributeType::S}, {{"rank", AttributeType::N}}),
                          index("keys-index", {"status", AttributeType::S}),
                          index("some-index", {"status", AttributeType::S}),
                          index("wide-index", {"country", AttributeType::S},
                                {{"region", AttributeType::S}, {"floor", AttributeType::N}}),
                          index("local-index", {"id", AttributeType::S}, {{"rank", AttributeType::N}})};
        events.indexes[1].projection = ProjectionType::keysOnly;
        events.indexes[2].projection = ProjectionType::include;
        events.indexes[2].nonKeyAttributes = {"text"};
        events.indexes[3].key.partition.push_back({"city", AttributeType::S});
        events.indexes[4].local = true;
        events.indexes[4].projection = ProjectionType::keysOnly;
        create(events);
    }

    void fill(const std::string& id, std::initializer_list<int> ats) {
        for (const int at : ats) write(put("Events", {{"id", id}, {"at", at}}));
    }
    Page run(const QueryRequest& request) { return take(store->query(request)); }
    QueryRequest ofId(const std::string& more, std::map<std::string, AttributeValue, std::less<>> values = {}) {
        values.emplace(":id", "a");
        return query("Events", "", "id = :id" + more, {{{"#at", "at"}}, std::move(values)});
    }
    std::string refusal(const QueryRequest& request) {
        const auto page = store->query(request);
        if (page) return "accepted";
        EXPECT_EQ(page.error().code, ErrorCode::validation);
        return page.error().message;
    }
};

TEST_F(StoreQuery, SortsNumbersByValueWithinOnePartition) {
    fill("a", {10, -3, 2, 0, 100});
    fill("b", {5});
    QueryRequest request = query("Events", "", "id = :id", {{}, {{":id", "a"}}});
    EXPECT_THAT(numbers(run(request)), ElementsAre(-3, 0, 2, 10, 100));
    request.forward = false;
    EXPECT_THAT(numbers(run(request)), ElementsAre(100, 10, 2, 0, -3));
}

TEST_F(StoreQuery, EveryConditionOnTheSortKeyMeansItsRange) {
    fill("a", {-1, 0, 1, 2, 3});
    const auto with = [&](const std::string& condition, int first, int second = 0) {
        const bool two = condition.find(":second") != std::string::npos;
        std::map<std::string, AttributeValue, std::less<>> values{{":first", first}};
        if (two) values.emplace(":second", second);
        return numbers(run(ofId(" AND #at " + condition, values)));
    };
    EXPECT_THAT(with("= :first", 1), ElementsAre(1));
    EXPECT_THAT(with("= :first", 7), ElementsAre());
    EXPECT_THAT(with("< :first", 0), ElementsAre(-1));
    EXPECT_THAT(with("<= :first", 0), ElementsAre(-1, 0));
    EXPECT_THAT(with("> :first", 0), ElementsAre(1, 2, 3));
    EXPECT_THAT(with(">= :first", 0), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(with("BETWEEN :first AND :second", 0, 2), ElementsAre(0, 1, 2));
    EXPECT_THAT(with("> :first", -1), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(with("<= :first", -1), ElementsAre(-1));
}

TEST_F(StoreQuery, BeginsWithWorksOnStringsAndBinary) {
    create(table("Names", {"id", AttributeType::S}, {{"name", AttributeType::S}}));
    create(table("Blobs", {"id", AttributeType::S}, {{"name", AttributeType::B}}));
    for (const char* name : {"a", "ab", "abc", "abd", "b"}) write(put("Names", {{"id", "x"}, {"name", name}}));
    const auto names =
        run(query("Names", "", "id = :id AND begins_with(#n, :p)", {{{"#n", "name"}}, {{":id", "x"}, {":p", "ab"}}}));
    ASSERT_EQ(names.items.size(), 3U);
    EXPECT_EQ(names.items[0].string("name"), "ab");
    EXPECT_EQ(names.items[2].string("name"), "abd");
    for (const Binary& name : {Binary{0xff}, Binary{0xff, 0x00}, Binary{0xff, 0xff, 1}, Binary{0xfe}}) {
        write(put("Blobs", {{"id", "x"}, {"name", name}}));
    }
    const auto blobs = run(query("Blobs", "", "id = :id AND begins_with(#n, :p)",
                                 {{{"#n", "name"}}, {{":id", "x"}, {":p", Binary{0xff}}}}));
    EXPECT_EQ(blobs.items.size(), 3U);
}

TEST_F(StoreQuery, AGlobalIndexIsSparseAndSorted) {
    write(put("Events", {{"id", "a"}, {"at", 1}, {"status", "ok"}, {"rank", 2}}));
    write(put("Events", {{"id", "b"}, {"at", 1}, {"status", "ok"}, {"rank", 1}}));
    write(put("Events", {{"id", "c"}, {"at", 1}, {"status", "ok"}}));
    write(put("Events", {{"id", "d"}, {"at", 1}, {"status", "bad"}, {"rank", 1}}));
    const auto ids = [&] {
        std::string text;
        for (const Item& item :
             run(query("Events", "status-index", "#s = :s", {{{"#s", "status"}}, {{":s", "ok"}}})).items) {
            text += item.string("id");
        }
        return text;
    };
    EXPECT_EQ(ids(), "ba");
    write(update("Events", {{"id", "a"}, {"at", 1}}, "SET #r = :zero", {{{"#r", "rank"}}, {{":zero", 0}}}));
    EXPECT_EQ(ids(), "ab") << "a changed key moves the item";
    write(update("Events", {{"id", "b"}, {"at", 1}}, "REMOVE #r", {{{"#r", "rank"}}, {}}));
    EXPECT_EQ(ids(), "a") << "without the attribute the item leaves the index";
    write(remove("Events", {{"id", "a"}, {"at", 1}}));
    EXPECT_EQ(ids(), "");
}

TEST_F(StoreQuery, IndexKeysNeedNotBeUnique) {
    for (int i = 0; i < 5; ++i) {
        write(put("Events", {{"id", "x" + std::to_string(i)}, {"at", i}, {"status", "ok"}, {"rank", 1}}));
    }
    QueryRequest request = query("Events", "status-index", "#s = :s", {{{"#s", "status"}}, {{":s", "ok"}}});
    EXPECT_THAT(numbers(run(request)), ElementsAre(0, 1, 2, 3, 4));
    request.forward = false;
    request.limit = 2;
    Page page = run(request);
    EXPECT_THAT(numbers(page), ElementsAre(4, 3));
    request.exclusiveStartKey = page.lastEvaluatedKey;
    page = run(request);
    EXPECT_THAT(numbers(page), ElementsAre(2, 1)) << "a page goes on among equal index keys";
    EXPECT_EQ(page.lastEvaluatedKey, (Item{{"id", "x1"}, {"at", 1}, {"status", "ok"}, {"rank", 1}}));
}

TEST_F(StoreQuery, AnIndexMayHaveSeveralAttributesPerKey) {
    int at = 0;
    for (const char* region : {"north", "south"}) {
        for (const int floor : {1, 2, 3}) {
            write(put("Events", {{"id", "a"},
                                 {"at", ++at},
                                 {"country", "se"},
                                 {"city", "lund"},
                                 {"region", region},
                                 {"floor", floor}}));
        }
    }
    write(put("Events",
              {{"id", "a"}, {"at", 99}, {"country", "se"}, {"city", "malmo"}, {"region", "north"}, {"floor", 1}}));
    const auto with = [&](const std::string& sort, std::map<std::string, AttributeValue, std::less<>> values) {
        values.emplace(":se", "se");
        values.emplace(":lund", "lund");
        std::map<std::string, std::string, std::less<>> names;
        if (sort.find("#r") != std::string::npos) names.emplace("#r", "region");
        return query("Events", "wide-index", "country = :se AND city = :lund" + sort, {names, std::move(values)});
    };
    EXPECT_THAT(numbers(run(with("", {}))), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(numbers(run(with(" AND #r = :r", {{":r", "south"}}))), ElementsAre(4, 5, 6));
    EXPECT_THAT(numbers(run(with(" AND #r > :r", {{":r", "north"}}))), ElementsAre(4, 5, 6));
    EXPECT_THAT(numbers(run(with(" AND #r = :r AND floor >= :f", {{":r", "south"}, {":f", 2}}))), ElementsAre(5, 6));
    EXPECT_EQ(refusal(with(" AND floor >= :f", {{":f", 2}})),
              "RANGE key attributes region must have equality conditions specified in the query because a condition is "
              "present on key attribute floor");
    EXPECT_EQ(refusal(with(" AND #r > :r AND floor >= :f", {{":r", "a"}, {":f", 2}})),
              "RANGE key attributes region must have equality conditions specified in the query because a condition is "
              "present on key attribute floor");
    EXPECT_EQ(refusal(query("Events", "wide-index", "country = :se", {{}, {{":se", "se"}}})),
              "Query condition missed key schema element: city");
}

TEST_F(StoreQuery, ProjectionsOfIndexesAreHonoured) {
    const Item item{{"id", "a"}, {"at", 1}, {"status", "ok"}, {"rank", 1}, {"text", "t"}, {"remark", "o"}};
    write(put("Events", item));
    const auto of = [&](const char* name, const std::string& projection = {}) {
        QueryRequest request = query("Events", name, "#s = :s", {{{"#s", "status"}}, {{":s", "ok"}}});
        request.projection = projection;
        return request;
    };
    EXPECT_EQ(run(of("status-index")).items.at(0), item);
    EXPECT_EQ(run(of("keys-index")).items.at(0), (Item{{"id", "a"}, {"at", 1}, {"status", "ok"}}));
    EXPECT_EQ(run(of("some-index")).items.at(0), (Item{{"id", "a"}, {"at", 1}, {"status", "ok"}, {"text", "t"}}));
    EXPECT_EQ(refusal(of("keys-index", "remark")),
              "One or more parameter values were invalid: Global secondary index keys-index does not project [remark]");
    QueryRequest local = query("Events", "local-index", "id = :id", {{}, {{":id", "a"}}});
    EXPECT_EQ(run(local).items.at(0), (Item{{"id", "a"}, {"at", 1}, {"rank", 1}}));
    local.projection = "remark";
    EXPECT_EQ(run(local).items.at(0), (Item{{"remark", "o"}})) << "a local index fetches from the table";
    local.consistentRead = true;
    EXPECT_EQ(refusal(local), "accepted");
    QueryRequest consistent = of("status-index");
    consistent.consistentRead = true;
    EXPECT_EQ(refusal(consistent), "Consistent reads are not supported on global secondary indexes");
}

TEST_F(StoreQuery, PagesByLimitVisitEveryItemOnce) {
    fill("a", {1, 2, 3, 4, 5});
    for (const bool forward : {true, false}) {
        QueryRequest request = query("Events", "", "id = :id", {{}, {{":id", "a"}}});
        request.limit = 2;
        request.forward = forward;
        std::vector<std::int64_t> seen;
        for (;;) {
            const Page page = run(request);
            for (const std::int64_t at : numbers(page)) seen.push_back(at);
            request.exclusiveStartKey = page.lastEvaluatedKey;
            if (!page.lastEvaluatedKey) break;
            EXPECT_EQ(page.count, 2U);
        }
        if (!forward) std::reverse(seen.begin(), seen.end());
        EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5));
    }
}

TEST_F(StoreQuery, OnlyTheRowsOfThePageAreRead) {
    fill("a", {1, 2, 3, 4, 5});
    fill("b", {1});
    // The rows at either side of the page, and those of other partitions, can't be read.
    rawSql("UPDATE data_1 SET item = X'00' WHERE key NOT IN (SELECT key FROM data_1 ORDER BY key LIMIT 2 OFFSET 1)");
    QueryRequest request = ofId(" AND #at BETWEEN :two AND :four", {{":two", 2}, {":four", 4}});
    request.limit = 2;
    EXPECT_THAT(numbers(run(request)), ElementsAre(2, 3));
    EXPECT_TRUE(take(store->get(getItem("Events", {{"id", "a"}, {"at", 3}}))));
    request.limit = 3;
    EXPECT_TRUE(failedWith(store->query(request), ErrorCode::corrupt));
}

TEST_F(StoreQuery, APageHoldsAtMostOneMegabyteBeforeTheFilter) {
    const std::string large(300 * 1024, 'x');
    for (int i = 0; i < 7; ++i) write(put("Events", {{"id", "a"}, {"at", i}, {"data", large}}));
    QueryRequest request = query("Events", "", "id = :id", {{}, {{":id", "a"}, {":five", 5}}});
    request.filter = "absent = :five";
    Page page = run(request);
    EXPECT_EQ(page.count, 0U);
    EXPECT_EQ(page.scannedCount, 3U);
    EXPECT_EQ(page.lastEvaluatedKey, (Item{{"id", "a"}, {"at", 2}}));
    ScanRequest all = scan("Events");
    all.exclusiveStartKey = page.lastEvaluatedKey;
    EXPECT_THAT(numbers(take(store->scan(all))), ElementsAre(3, 4, 5));
}

TEST_F(StoreQuery, FiltersCountBothWays) {
    for (int i = 0; i < 6; ++i) write(put("Events", {{"id", "a"}, {"at", i}, {"even", i % 2 == 0}}));
    QueryRequest request = query("Events", "", "id = :id", {{}, {{":id", "a"}, {":yes", true}}});
    request.filter = "even = :yes";
    Page page = run(request);
    EXPECT_THAT(numbers(page), ElementsAre(0, 2, 4));
    EXPECT_EQ(page.count, 3U);
    EXPECT_EQ(page.scannedCount, 6U);
    request.countOnly = true;
    request.limit = 4;
    page = run(request);
    EXPECT_TRUE(page.items.empty());
    EXPECT_EQ(page.count, 2U);
    EXPECT_EQ(page.scannedCount, 4U);
    EXPECT_EQ(page.lastEvaluatedKey, (Item{{"id", "a"}, {"at", 3}}));
    request.filter = "id = :yes";
    EXPECT_EQ(refusal(request),
              "Filter Expression can only contain non-primary key attributes: Primary key attribute: id");
}

TEST_F(StoreQuery, ConditionsThatAreNoneAreRefused) {
    EXPECT_EQ(refusal(query("Events", "", "#at = :v", {{{"#at", "at"}}, {{":v", 1}}})),
              "Query condition missed key schema element: id");
    EXPECT_EQ(refusal(query("Events", "", "id > :v", {{}, {{":v", "a"}}})), "Query key condition not supported");
    EXPECT_EQ(refusal(query("Events", "", "id = :v", {{}, {{":v", 1}}})),
              "One or more parameter values were invalid: Condition parameter type does not match schema type");
    EXPECT_EQ(refusal(query("Events", "", "id = :v AND remark = :o", {{}, {{":v", "a"}, {":o", 1}}})),
              "Query condition missed key schema element: at");
    EXPECT_THAT(refusal(ofId(" AND begins_with(#at, :v)", {{":v", 1}})), HasSubstr("begins_with"));
    EXPECT_EQ(refusal(query("Events", "", "", {})),
              "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
    EXPECT_EQ(refusal(query("Events", "no-index", "id = :v", {{}, {{":v", "a"}}})),
              "The table does not have the specified index: no-index");
    EXPECT_THAT(refusal(query("Events", "", "id = :v", {{}, {{":v", ""}}})), HasSubstr("empty string value. Key: id"));
    QueryRequest none = query("Events", "", "id = :v", {{}, {{":v", "a"}}});
    none.limit = 0;
    EXPECT_THAT(refusal(none), HasSubstr("at 'limit' failed to satisfy constraint"));
}

TEST_F(StoreQuery, StartKeysThatDoNotFitAreRefused) {
    fill("a", {1, 2, 3});
    const auto from = [&](const Item& start, const std::string& indexName = {}) {
        QueryRequest request = indexName.empty()
                                   ? query("Events", "", "id = :id", {{}, {{":id", "a"}}})
                                   : query("Events", indexName, "#s = :s", {{{"#s", "status"}}, {{":s", "ok"}}});
        request.exclusiveStartKey = start;
        return refusal(request);
    };
    EXPECT_EQ(from({{"id", "a"}, {"at", 1}}), "accepted");
    EXPECT_EQ(from({{"id", "a"}, {"at", 77}}), "accepted") << "the item need not exist";
    EXPECT_THAT(from({{"id", "a"}}), HasSubstr("The provided starting key is invalid"));
    EXPECT_THAT(from({{"id", "a"}, {"at", "x"}}), HasSubstr("The provided starting key is invalid"));
    EXPECT_THAT(from({{"id", "a"}, {"at", 1}, {"more", 1}}), HasSubstr("The provided starting key is invalid"));
    EXPECT_EQ(from({{"id", "b"}, {"at", 1}}),
              "The provided starting key is outside query boundaries based on provided conditions");
    EXPECT_THAT(from({{"id", "a"}, {"at", 1}}, "status-index"), HasSubstr("The provided starting key is invalid"));
    EXPECT_EQ(from({{"id", "a"}, {"at", 1}, {"status", "ok"}, {"rank", 4}}, "status-index"), "accepted");
    EXPECT_THAT(from({{"id", "a"}, {"at", 1}, {"status", "bad"}, {"rank", 4}}, "status-index"),
                HasSubstr("outside query boundaries"));
}

TEST_F(StoreQuery, ParallelSegmentsCoverTheTableOnce) {
    for (int i = 0; i < 200; ++i) write(put("Events", {{"id", "device" + std::to_string(i)}, {"at", i}}));
    std::multiset<std::int64_t> seen;
    for (std::uint32_t segment = 0; segment < 4; ++segment) {
        ScanRequest request = scan("Events");
        request.segment = segment;
        request.totalSegments = 4;
        request.limit = 7;
        std::size_t own = 0;
        do {
            const Page page = take(store->scan(request));
            for (const std::int64_t at : numbers(page)) seen.insert(at);
            own += page.items.size();
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        EXPECT_GT(own, 20U) << "segments are of similar size";
    }
    EXPECT_EQ(seen.size(), 200U);
    EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 200U);
    ScanRequest wrong = scan("Events");
    wrong.segment = 4;
    wrong.totalSegments = 4;
    EXPECT_TRUE(failedWith(store->scan(wrong), ErrorCode::validation,
                           "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                           "Segment: 4 is not less than TotalSegments: 4"));
    wrong.totalSegments = 0;
    EXPECT_TRUE(failedWith(store->scan(wrong), ErrorCode::validation));
}

TEST_F(StoreQuery, AScanOfAnIndexShowsOnlyWhatIsInIt) {
    fill("a", {1, 2});
    write(put("Events", {{"id", "b"}, {"at", 3}, {"status", "ok"}, {"rank", 1}}));
    ScanRequest request = scan("Events");
    request.index = "status-index";
    EXPECT_THAT(numbers(take(store->scan(request))), ElementsAre(3));
    request.index.clear();
    request.projection = "#at";
    request.parameters.names = {{"#at", "at"}};
    const Page all = take(store->scan(request));
    EXPECT_THAT(numbers(all), ElementsAre(1, 2, 3));
    EXPECT_EQ(all.items.at(0), (Item{{"at", 1}}));
}

}  // namespace
}  // namespace drydock::tests
