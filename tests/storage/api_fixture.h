// What the API's tests share: a store behind calls of the API, and short ways to make them.
#pragma once

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "storage/api/api_call.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {

using nlohmann::json;

struct Answer {
    int status = 0;
    json body;

    [[nodiscard]] std::string type() const { return body.value("__type", ""); }
    // "ValidationException: the message", as an SDK would say it.
    [[nodiscard]] std::string error() const {
        const std::string name = type().substr(type().find('#') + 1);
        return name + ": " + body.value("message", body.value("Message", ""));
    }
};

class ApiTest : public StoreTest {
protected:
    // One table with a partition key only, one with a sort key and indexes of all kinds.
    ApiTest() {
        create(table("Plain", {"pk", AttributeType::S}));
        TableDefinition rich = table("Rich", {"pk", AttributeType::S}, {{"sk", AttributeType::S}});
        rich.indexes.push_back(index("all", {"g", AttributeType::S}));
        rich.indexes.push_back(index("some", {"g", AttributeType::S}, {{"sk", AttributeType::S}}));
        rich.indexes.back().projection = ProjectionType::include;
        rich.indexes.back().nonKeyAttributes = {"shown"};
        rich.indexes.push_back(index("local", {"pk", AttributeType::S}, {{"l", AttributeType::N}}));
        rich.indexes.back().projection = ProjectionType::keysOnly;
        rich.indexes.back().local = true;
        create(rich);
    }

    Answer call(const std::string& operation, const std::string& body) {
        auto parsed = api::ApiCall::parse("DynamoDB_20120810." + operation, body);
        const api::Response response = parsed ? parsed->answer(*store) : parsed.error();
        return {response.status, response.body.empty() ? json() : json::parse(response.body)};
    }
    // Of a call that must succeed.
    json ok(const std::string& operation, const std::string& body) {
        Answer answer = call(operation, body);
        EXPECT_EQ(answer.status, 200) << operation << ": " << answer.body.dump();
        return std::move(answer.body);
    }
    // Of a call that must be refused as the request's fault.
    std::string refused(const std::string& operation, const std::string& body) {
        const Answer answer = call(operation, body);
        EXPECT_EQ(answer.status, 400) << operation << ": " << answer.body.dump();
        return answer.error();
    }
    json stored(const std::string& tableName, const std::string& key) {
        return ok("GetItem", R"({"TableName":")" + tableName + R"(","ConsistentRead":true,"Key":)" + key + "}")
            .value("Item", json());
    }
};

}  // namespace drydock::tests
