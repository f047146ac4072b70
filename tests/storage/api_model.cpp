#include "tests/storage/api_model.h"

#include <algorithm>
#include <array>

namespace drydock::tests {
namespace {

json pick(const json& item, const std::string& name) {
    if (!item.contains(name)) return nullptr;
    return {{name, item.at(name)}};
}

}  // namespace

json normalized(json value) {
    if (!value.is_structured()) return value;
    for (const char* type : {"SS", "NS", "BS"})
        if (value.is_object() && value.size() == 1 && value.contains(type) && value[type].is_array())
            std::sort(value[type].begin(), value[type].end());
    for (json& member : value) member = normalized(std::move(member));
    return value;
}

std::vector<json> ApiModel::items(const std::string& table) const {
    std::vector<json> all;
    const auto rows = m_tables.find(table);
    if (rows == m_tables.end()) return all;
    for (const auto& [key, item] : rows->second) all.push_back(item);
    return all;
}

ApiModel::Key ApiModel::randomKey(const std::string& table) {
    return {"p" + std::to_string(below(6)), table == "Rich" ? "s" + std::to_string(below(8)) : ""};
}

json ApiModel::keyJson(const std::string& table, const Key& key) {
    json result = {{"pk", {{"S", key.first}}}};
    if (table == "Rich") result["sk"] = {{"S", key.second}};
    return result;
}

json ApiModel::randomItem(const std::string& table, const Key& key) {
    json item = keyJson(table, key);
    if (!oneIn(3)) item["n"] = number(kSmall);
    if (!oneIn(3)) item["t"] = {{"S", std::string(static_cast<std::size_t>(below(4)), 'a') + (oneIn(2) ? "b" : "")}};
    if (oneIn(2)) item["g"] = {{"S", "g" + std::to_string(below(3))}};
    if (oneIn(2)) item["l"] = number(kSmall);
    if (oneIn(3)) item["shown"] = {{"BOOL", oneIn(2)}};
    if (oneIn(3)) item["tags"] = {{"SS", oneIn(2) ? json{"x", "y"} : json::array({"z"})}};
    if (oneIn(4)) item["list"] = {{"L", json::array({number(kSmall), {{"NULL", true}}})}};
    if (oneIn(4)) item["map"] = {{"M", {{"inner", number(kSmall)}, {"empty", {{"S", ""}}}}}};
    if (oneIn(8)) item["bytes"] = {{"B", "AAEC"}};
    return item;
}

const json* ApiModel::find(const std::string& table, const Key& key) const {
    const auto rows = m_tables.find(table);
    if (rows == m_tables.end()) return nullptr;
    const auto row = rows->second.find(key);
    return row == rows->second.end() ? nullptr : &row->second;
}

void ApiModel::store(const std::string& table, const Key& key, const std::optional<json>& after) {
    if (after)
        m_tables[table][key] = normalized(*after);
    else
        m_tables[table].erase(key);
}

std::string ApiModel::place(json& body, const json& value) {
    json& values = body["ExpressionAttributeValues"];
    const std::string name = ":v" + std::to_string(values.size());
    values[name] = value;
    return name;
}

ModelRequest ApiModel::put() {
    ModelRequest request{"PutItem", {}, {}, {}, {}, true};
    const std::string table = randomTable();
    const Key key = randomKey(table);
    const json item = randomItem(table, key);
    const json* old = find(table, key);
    request.body = {{"TableName", table}, {"Item", item}};
    bool passes = true;
    if (oneIn(3)) {
        const Condition condition = randomCondition(request.body, 2);
        request.body["ConditionExpression"] = condition.text;
        passes = condition.holds(old);
    }
    const bool wantsOld = oneIn(2);
    if (wantsOld) request.body["ReturnValues"] = "ALL_OLD";
    if (!passes) {
        request.error = "ConditionalCheckFailedException";
        return request;
    }
    request.answer["Attributes"] = wantsOld && old != nullptr ? *old : json();
    store(table, key, item);
    return request;
}

ModelRequest ApiModel::get() {
    ModelRequest request{"GetItem", {}, {}, {}, {}, true};
    const std::string table = randomTable();
    const Key key = randomKey(table);
    request.body = {{"TableName", table}, {"Key", keyJson(table, key)}, {"ConsistentRead", oneIn(2)}};
    const json* item = find(table, key);
    json expected = item != nullptr ? *item : json();
    if (item != nullptr && oneIn(3)) {
        request.body["ProjectionExpression"] = "n, tags";
        expected = json::object();
        for (const char* name : {"n", "tags"})
            if (item->contains(name)) expected[name] = item->at(name);
    }
    request.answer["Item"] = expected;
    return request;
}

ModelRequest ApiModel::update() {
    ModelRequest request{"UpdateItem", {}, {}, {}, {}, true};
    const std::string table = randomTable();
    const Key key = randomKey(table);
    request.body = {{"TableName", table}, {"Key", keyJson(table, key)}};
    const Update change = randomUpdate(request.body);
    request.body["UpdateExpression"] = change.text;
    if (change.target == "list") request.body["ExpressionAttributeNames"] = {{"#l", "list"}};
    const json* old = find(table, key);
    bool passes = true;
    if (oneIn(3)) {
        const Condition condition = randomCondition(request.body, 1);
        request.body["ConditionExpression"] = condition.text;
        passes = condition.holds(old);
    }
    static const std::vector<std::string> kReturns = {"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"};
    const std::string returned = kReturns[static_cast<std::size_t>(below(5))];
    request.body["ReturnValues"] = returned;
    if (!passes) {
        request.error = "ConditionalCheckFailedException";
        return request;
    }
    json after = old != nullptr ? *old : keyJson(table, key);
    const json before = after;
    if (!change.apply(after)) {
        request.error = "ValidationException";
        return request;
    }
    after = normalized(after);
    // What only takes away makes no item of none.
    const bool made = old != nullptr || after != before;
    json& attributes = request.answer["Attributes"];
    if (returned == "ALL_OLD" && old != nullptr) attributes = before;
    if (returned == "ALL_NEW" && made) attributes = after;
    if (returned == "UPDATED_OLD") attributes = pick(before, change.target);
    if (returned == "UPDATED_NEW") attributes = pick(after, change.target);
    if (made) store(table, key, after);
    return request;
}

ModelRequest ApiModel::remove() {
    ModelRequest request{"DeleteItem", {}, {}, {}, {}, true};
    const std::string table = randomTable();
    const Key key = randomKey(table);
    request.body = {{"TableName", table}, {"Key", keyJson(table, key)}, {"ReturnValues", "ALL_OLD"}};
    const json* old = find(table, key);
    if (oneIn(3)) {
        const Condition condition = randomCondition(request.body, 2);
        request.body["ConditionExpression"] = condition.text;
        if (!condition.holds(old)) {
            request.error = "ConditionalCheckFailedException";
            return request;
        }
    }
    request.answer["Attributes"] = old != nullptr ? *old : json();
    store(table, key, std::nullopt);
    return request;
}

ModelRequest ApiModel::query() {
    ModelRequest request{"Query", {{"TableName", "Rich"}}, {}, {}, {}, true};
    json& body = request.body;
    std::vector<json> found;
    const std::string partition = "p" + std::to_string(below(6));
    const bool forward = oneIn(2);
    body["ScanIndexForward"] = forward;
    if (oneIn(3)) {  // by a GSI, whose items of one key come in no stated order
        request.ordered = false;
        const std::string group = "g" + std::to_string(below(3));
        body["IndexName"] = "all";
        body["KeyConditionExpression"] = "g = " + place(body, {{"S", group}});
        for (const json& item : items("Rich"))
            if (item.contains("g") && item.at("g").at("S") == group) found.push_back(item);
    } else if (oneIn(3)) {  // by the LSI, which holds keys only
        request.ordered = false;
        const json low = number(kSmall);
        body["IndexName"] = "local";
        body["KeyConditionExpression"] = "pk = " + place(body, {{"S", partition}}) + " AND l >= " + place(body, low);
        for (const json& item : items("Rich"))
            if (item.at("pk").at("S") == partition && item.contains("l") && integer(item.at("l")) >= integer(low))
                found.push_back({{"pk", item.at("pk")}, {"sk", item.at("sk")}, {"l", item.at("l")}});
    } else {
        const std::string from = "s" + std::to_string(below(8));
        body["KeyConditionExpression"] =
            "pk = " + place(body, {{"S", partition}}) + " AND sk > " + place(body, {{"S", from}});
        for (const json& item : items("Rich"))
            if (item.at("pk").at("S") == partition && item.at("sk").at("S").get<std::string>() > from)
                found.push_back(item);
        if (!forward) std::reverse(found.begin(), found.end());
        if (oneIn(3)) {
            const auto limit = static_cast<std::size_t>(1 + below(4));
            body["Limit"] = limit;
            // A page that is full has a key to go on from, even when nothing follows.
            if (found.size() < limit) request.answer["LastEvaluatedKey"] = nullptr;
            if (found.size() >= limit) {
                found.resize(limit);
                const json& last = found.back();
                request.answer["LastEvaluatedKey"] = {{"pk", last.at("pk")}, {"sk", last.at("sk")}};
            }
        }
    }
    request.answer["ScannedCount"] = found.size();
    // A filter on what an index doesn't hold is another matter.
    if (!(body.contains("IndexName") && body["IndexName"] == "local") && oneIn(3)) {
        const Condition filter = randomCondition(body, 1);
        body["FilterExpression"] = filter.text;
        std::erase_if(found, [&](const json& item) { return !filter.holds(&item); });
        // What is queried by must not be filtered by.
        if (!body.contains("IndexName") && filter.text.find("(pk)") != std::string::npos)
            request.error = "ValidationException";
    }
    request.answer["Count"] = found.size();
    request.answer["Items"] = found;
    return request;
}

ModelRequest ApiModel::scan() {
    const std::string table = randomTable();
    ModelRequest request{"Scan", {{"TableName", table}}, {}, {}, {}, false};
    std::vector<json> found = items(table);
    request.answer["ScannedCount"] = found.size();
    if (oneIn(2)) {
        const Condition filter = randomCondition(request.body, 2);
        request.body["FilterExpression"] = filter.text;
        std::erase_if(found, [&](const json& item) { return !filter.holds(&item); });
    }
    request.answer["Count"] = found.size();
    if (oneIn(4))
        request.body["Select"] = "COUNT";
    else
        request.answer["Items"] = found;
    if (request.body.contains("Select")) request.answer["Items"] = nullptr;
    request.answer["LastEvaluatedKey"] = nullptr;
    return request;
}

ModelRequest ApiModel::batchGet() {
    ModelRequest request{"BatchGetItem", {}, {}, {}, {}, false};
    const std::string table = randomTable();
    std::vector<json> found;
    json keys = json::array();
    std::set<Key> asked;
    bool twice = false;
    for (std::int64_t left = 1 + below(5); left > 0; --left) {
        const Key key = randomKey(table);
        twice |= !asked.insert(key).second;
        keys.push_back(keyJson(table, key));
        if (const json* item = find(table, key)) found.push_back(*item);
    }
    request.body = {{"RequestItems", {{table, {{"Keys", keys}}}}}};
    if (twice) request.error = "ValidationException";
    request.answer["Responses"] = {{table, found}};
    request.answer["UnprocessedKeys"] = json::object();
    return request;
}

ModelRequest ApiModel::batchWrite() {
    ModelRequest request{"BatchWriteItem", {}, {}, {}, {}, true};
    const std::string table = randomTable();
    json writes = json::array();
    std::map<Key, std::optional<json>> after;
    bool twice = false;
    for (std::int64_t left = 1 + below(6); left > 0; --left) {
        const Key key = randomKey(table);
        twice |= after.contains(key);
        if (oneIn(3)) {
            writes.push_back({{"DeleteRequest", {{"Key", keyJson(table, key)}}}});
            after[key] = std::nullopt;
        } else {
            const json item = randomItem(table, key);
            writes.push_back({{"PutRequest", {{"Item", item}}}});
            after[key] = item;
        }
    }
    request.body = {{"RequestItems", {{table, writes}}}};
    if (twice) {
        request.error = "ValidationException";
        return request;
    }
    request.answer["UnprocessedItems"] = json::object();
    for (const auto& [key, item] : after) store(table, key, item);
    return request;
}

ModelRequest ApiModel::transactGet() {
    ModelRequest request{"TransactGetItems", {}, {}, {}, {}, true};
    json gets = json::array();
    json responses = json::array();
    std::set<std::pair<std::string, Key>> asked;
    for (std::int64_t left = 1 + below(4); left > 0; --left) {
        const std::string table = randomTable();
        const Key key = randomKey(table);
        if (!asked.emplace(table, key).second) continue;
        gets.push_back({{"Get", {{"TableName", table}, {"Key", keyJson(table, key)}}}});
        const json* item = find(table, key);
        responses.push_back(item != nullptr ? json{{"Item", *item}} : json::object());
    }
    request.body = {{"TransactItems", gets}};
    request.answer["Responses"] = responses;
    return request;
}

ApiModel::Write ApiModel::randomTransactWrite(const std::set<std::pair<std::string, Key>>& taken) {
    Write write;
    do {
        write.table = randomTable();
        write.key = randomKey(write.table);
    } while (taken.contains({write.table, write.key}));
    const json* old = find(write.table, write.key);
    if (old != nullptr) write.after = *old;
    json body = {{"TableName", write.table}};
    const std::int64_t kind = below(4);
    const bool conditional = kind == 3 || oneIn(3);
    std::optional<json> after;
    std::string misfit;
    if (kind == 0) {
        after = randomItem(write.table, write.key);
        body["Item"] = *after;
    } else {
        body["Key"] = keyJson(write.table, write.key);
    }
    if (kind == 1) {
        const Update change = randomUpdate(body);
        body["UpdateExpression"] = change.text;
        if (change.target == "list") body["ExpressionAttributeNames"] = {{"#l", "list"}};
        const json before = old != nullptr ? *old : keyJson(write.table, write.key);
        json changed = before;
        if (!change.apply(changed))
            misfit = "ValidationError";
        else if (old != nullptr || changed != before)
            after = changed;
    }
    if (kind == 3) after = write.after;
    if (conditional) {
        const Condition condition = randomCondition(body, 1);
        body["ConditionExpression"] = condition.text;
        if (!condition.holds(old)) write.reason = "ConditionalCheckFailed";
    }
    if (write.reason.empty()) write.reason = misfit;
    if (write.reason.empty()) write.after = after;
    static const std::vector<std::string> kNames = {"Put", "Update", "Delete", "ConditionCheck"};
    write.action = {{kNames[static_cast<std::size_t>(kind)], body}};
    return write;
}

ModelRequest ApiModel::transactWrite() {
    ModelRequest request{"TransactWriteItems", {}, {}, {}, {}, true};
    json actions = json::array();
    std::vector<Write> writes;
    std::set<std::pair<std::string, Key>> taken;
    bool cancelled = false;
    for (std::int64_t left = 1 + below(4); left > 0; --left) {
        Write write = randomTransactWrite(taken);
        taken.emplace(write.table, write.key);
        actions.push_back(write.action);
        request.reasons.push_back(write.reason.empty() ? "None" : write.reason);
        cancelled |= !write.reason.empty();
        writes.push_back(std::move(write));
    }
    request.body = {{"TransactItems", actions}};
    if (cancelled) {
        request.error = "TransactionCanceledException";
        return request;
    }
    request.reasons.clear();
    for (const Write& write : writes) store(write.table, write.key, write.after);
    return request;
}

void ApiModel::spoil(ModelRequest& request) {
    json& body = request.body;
    request.error = "ValidationException";
    const char* const keyed = body.contains("Item") ? "Item" : body.contains("Key") ? "Key" : nullptr;
    if (keyed == nullptr || oneIn(6)) {
        if (!body.contains("TableName")) {
            body = {{request.operation.starts_with("Batch") ? "RequestItems" : "TransactItems",
                     request.operation.starts_with("Batch") ? json::object() : json::array()}};
            return;
        }
        body["TableName"] = "Nowhere";
        request.error = "ResourceNotFoundException";
        return;
    }
    json& item = body[keyed];
    switch (below(8)) {
        case 0:
            item.erase("pk");
            return;
        case 1:
            item["pk"] = {{"N", "1"}};
            return;
        case 2:
            item["pk"] = {{"S", ""}};
            return;
        case 3:
            item["pk"] = {{"S", std::string(2049, 'k')}};
            return;
        case 4:
            if (request.operation == "GetItem")
                body["ProjectionExpression"] = "n,,t";
            else
                body["ConditionExpression"] = "attribute_exists(pk) AND";
            return;
        case 5:
            body["ExpressionAttributeNames"] = {{"#unused", "t"}};
            return;
        case 6:
            item["tooLong"] = {{"N", "123456789012345678901234567890123456789"}};
            return;
        default:
            item["none"] = {{"SS", json::array()}};
    }
}

ModelRequest ApiModel::next() {
    static constexpr std::array kKinds = {&ApiModel::put,        &ApiModel::put,         &ApiModel::get,
                                          &ApiModel::update,     &ApiModel::update,      &ApiModel::remove,
                                          &ApiModel::query,      &ApiModel::scan,        &ApiModel::batchGet,
                                          &ApiModel::batchWrite, &ApiModel::transactGet, &ApiModel::transactWrite};
    const auto kind = kKinds.at(static_cast<std::size_t>(below(std::ssize(kKinds))));
    if (!oneIn(6)) return (this->*kind)();
    const std::map<std::string, Rows> before = m_tables;
    ModelRequest request = (this->*kind)();
    m_tables = before;
    request.reasons.clear();
    spoil(request);
    return request;
}

}  // namespace drydock::tests
