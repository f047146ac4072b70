// PartiQL statements run through the API against a store with a table "ttt" (pk, sk) and one with
// indexes of all kinds, "iii".
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/api/api_call.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {

using nlohmann::json;

class StatementTest : public StoreTest {
protected:
    StatementTest() {
        create(table("ttt", {"pk", AttributeType::S}, {{"sk", AttributeType::S}}));
        TableDefinition indexed = table("iii", {"pk", AttributeType::S}, {{"sk", AttributeType::S}});
        indexed.indexes.push_back(index("all", {"g", AttributeType::S}));
        indexed.indexes.push_back(index("some", {"g", AttributeType::S}));
        indexed.indexes.back().projection = ProjectionType::include;
        indexed.indexes.back().nonKeyAttributes = {"shown"};
        indexed.indexes.push_back(index("local", {"pk", AttributeType::S}, {{"l", AttributeType::S}}));
        indexed.indexes.back().projection = ProjectionType::keysOnly;
        indexed.indexes.back().local = true;
        indexed.indexes.push_back(index("multi", {"g", AttributeType::S}));
        indexed.indexes.back().key.partition.push_back({"h", AttributeType::S});
        create(indexed);
    }

    struct Answer {
        int status = 0;
        json body;

        // "ValidationException: the message"
        [[nodiscard]] std::string error() const {
            const std::string type = body.value("__type", "");
            return type.substr(type.find('#') + 1) + ": " + body.value("message", body.value("Message", ""));
        }
    };

    Answer call(const std::string& operation, const json& body) {
        auto parsed = storage::api::ApiCall::parse("DynamoDB_20120810." + operation, body.dump());
        const storage::api::Response response = parsed ? parsed->answer(*store) : parsed.error();
        return {response.status, json::parse(response.body)};
    }

    static json request(const std::string& statement, const json& parameters = {}) {
        json body = {{"Statement", statement}};
        if (!parameters.empty()) body["Parameters"] = parameters;
        return body;
    }

    Answer execute(const std::string& statement, const json& parameters = {}) {
        return call("ExecuteStatement", request(statement, parameters));
    }
    // The items a statement that must succeed answers with.
    json items(const std::string& statement, const json& parameters = {}) {
        const Answer answer = execute(statement, parameters);
        EXPECT_EQ(answer.status, 200) << statement << '\n' << answer.body.dump();
        return answer.body.value("Items", json("no items"));
    }
    // The error of a statement that must be refused.
    std::string refused(const std::string& statement, const json& parameters = {}) {
        const Answer answer = execute(statement, parameters);
        EXPECT_EQ(answer.status, 400) << statement << '\n' << answer.body.dump();
        return answer.error();
    }
    // The texts of one attribute in the items a statement answers with, one after the other.
    std::string texts(const std::string& statement, const std::string& attribute = "sk") {
        std::string all;
        for (const json& item : items(statement)) all += item.at(attribute).at("S").get<std::string>();
        return all;
    }

    Answer batch(const std::vector<json>& statements) {
        return call("BatchExecuteStatement", {{"Statements", statements}});
    }
    Answer transaction(const std::vector<std::string>& statements, const json& more = json::object()) {
        json body = more;
        for (const std::string& statement : statements) body["TransactStatements"].push_back(request(statement));
        return call("ExecuteTransaction", body);
    }

    // Nothing when there is no such item.
    std::optional<Item> inT(const std::string& pk, const std::string& sk = "1") {
        return get("ttt", {{"pk", pk}, {"sk", sk}});
    }
    void putT(const std::string& pk, const std::string& sk, Item more = {}) {
        more.set("pk", pk);
        more.set("sk", sk);
        write(put("ttt", more));
    }
};

inline std::string invalid(const std::string& message) {
    return "ValidationException: " + message;
}

}  // namespace drydock::tests
