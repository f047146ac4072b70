// What the tests of the API's table and stream operations share: calls by name with JSON as it is written.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/api/api_call.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {

class TableApiTest : public StoreTest {
protected:
    using json = nlohmann::json;

    // The answer of the operation; `status` is what it must be.
    json call(const std::string& operation, const json& body, int status = 200) {
        const bool ofStreams = operation.ends_with("Records") || operation.ends_with("Iterator") ||
                               operation == "ListStreams" || operation == "DescribeStream";
        const std::string target = (ofStreams ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.") + operation;
        auto parsed = api::ApiCall::parse(target, body.dump());
        const api::Response response = parsed ? parsed->answer(*store) : parsed.error();
        EXPECT_EQ(response.status, status) << operation << " " << body << ": " << response.body;
        return response.body.empty() ? json() : json::parse(response.body);
    }
    // "ValidationException: …", without the error's namespace.
    std::string refusal(const std::string& operation, const json& body) {
        const json answered = call(operation, body, 400);
        const std::string type = answered.value("__type", "#accepted");
        return type.substr(type.find('#') + 1) + ": " + answered.value("message", answered.value("Message", ""));
    }
    static std::string invalid(const std::string& message) { return "ValidationException: " + message; }
    static std::string invalidParameter(const std::string& message) {
        return invalid("One or more parameter values were invalid: " + message);
    }

    static json units(std::int64_t read, std::int64_t write) {
        return {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}};
    }
    static json key(const std::string& name, const std::string& type = "HASH") {
        return {{"AttributeName", name}, {"KeyType", type}};
    }
    static json attribute(const std::string& name, const std::string& type = "S") {
        return {{"AttributeName", name}, {"AttributeType", type}};
    }
    static json index(const std::string& name, const std::vector<json>& keys,
                      const json& projection = {{"ProjectionType", "ALL"}}) {
        return {{"IndexName", name}, {"KeySchema", keys}, {"Projection", projection}};
    }
    // A table on demand with the key `id` (S); `more` is merged into the request.
    static json tableBody(const std::string& name, const json& more = json::object()) {
        json body = {{"TableName", name},
                     {"AttributeDefinitions", json::array({attribute("id")})},
                     {"KeySchema", json::array({key("id")})},
                     {"BillingMode", "PAY_PER_REQUEST"}};
        body.update(more);
        return body;
    }
    // What is said of keys that AttributeDefinitions leaves out, up to which they are.
    const std::string kNotDefined = "Some index key attributes are not defined in AttributeDefinitions. Keys: ";
    json describe(const std::string& name) { return call("DescribeTable", {{"TableName", name}}).at("Table"); }
};

}  // namespace drydock::tests
