// The model's conditions and updates: random texts with what they mean.
#include <algorithm>
#include <array>

#include "tests/storage/api_model.h"

namespace drydock::tests {
namespace {

const json* attribute(const json* item, const std::string& name) {
    if (item == nullptr || !item->contains(name)) return nullptr;
    return &item->at(name);
}

bool hasType(const json* value, const char* type) {
    return value != nullptr && value->contains(type);
}

// The set `name` of an item with members put in or taken out; without any left it goes.
bool changeSet(json& item, const std::string& name, const json& members, bool add) {
    json* const old = item.contains(name) ? &item[name] : nullptr;
    if (old != nullptr && !old->contains("SS")) return false;
    std::set<std::string> values;
    if (old != nullptr) values = old->at("SS").get<std::set<std::string>>();
    for (const json& member : members.at("SS")) {
        if (add)
            values.insert(member.get<std::string>());
        else
            values.erase(member.get<std::string>());
    }
    if (values.empty())
        item.erase(name);
    else
        item[name] = {{"SS", values}};
    return true;
}
}  // namespace

ApiModel::Condition ApiModel::randomComparison(json& body) {
    switch (below(9)) {
        case 0:
            return {"attribute_exists(pk)", [](const json* item) { return item != nullptr; }};
        case 1:
            return {"attribute_not_exists(t)", [](const json* item) { return attribute(item, "t") == nullptr; }};
        case 2: {
            const json value = number(kSmall);
            return {"n = " + place(body, value), [value](const json* item) {
                        const json* n = attribute(item, "n");
                        return n != nullptr && *n == value;
                    }};
        }
        case 3: {
            const json value = number(kSmall);
            return {"n <> " + place(body, value), [value](const json* item) {
                        const json* n = attribute(item, "n");
                        return n == nullptr || *n != value;
                    }};
        }
        case 4: {
            const json value = number(kSmall);
            return {"n <= " + place(body, value), [value](const json* item) {
                        const json* n = attribute(item, "n");
                        return hasType(n, "N") && integer(*n) <= integer(value);
                    }};
        }
        case 5: {
            const std::int64_t low = below(kSmall) - kSmall;
            const std::int64_t high = below(kSmall);
            const std::string text = "n BETWEEN " + place(body, {{"N", std::to_string(low)}}) + " AND " +
                                     place(body, {{"N", std::to_string(high)}});
            return {text, [low, high](const json* item) {
                        const json* n = attribute(item, "n");
                        return hasType(n, "N") && integer(*n) >= low && integer(*n) <= high;
                    }};
        }
        case 6:
            return {"begins_with(t, " + place(body, {{"S", "aa"}}) + ")", [](const json* item) {
                        const json* t = attribute(item, "t");
                        return hasType(t, "S") && t->at("S").get<std::string>().rfind("aa", 0) == 0;
                    }};
        case 7:
            return {"contains(tags, " + place(body, {{"S", "x"}}) + ")", [](const json* item) {
                        const json* tags = attribute(item, "tags");
                        if (!hasType(tags, "SS")) return false;
                        const json& members = tags->at("SS");
                        return std::find(members.begin(), members.end(), "x") != members.end();
                    }};
        default: {
            const std::int64_t size = below(4);
            return {"size(t) > " + place(body, {{"N", std::to_string(size)}}), [size](const json* item) {
                        const json* t = attribute(item, "t");
                        return hasType(t, "S") && std::ssize(t->at("S").get<std::string>()) > size;
                    }};
        }
    }
}

ApiModel::Condition ApiModel::randomCondition(json& body, int depth) {
    if (depth == 0 || oneIn(2)) return randomComparison(body);
    if (oneIn(3)) {
        Condition inner = randomCondition(body, depth - 1);
        return {"NOT (" + inner.text + ")", [inner](const json* item) { return !inner.holds(item); }};
    }
    const bool both = oneIn(2);
    Condition a = randomCondition(body, depth - 1);
    Condition b = randomCondition(body, depth - 1);
    return {"(" + a.text + (both ? ") AND (" : ") OR (") + b.text + ")", [a, b, both](const json* item) {
                return both ? a.holds(item) && b.holds(item) : a.holds(item) || b.holds(item);
            }};
}

ApiModel::Update ApiModel::randomUpdate(json& body) {
    const json value = number(kSmall);
    const auto isNumber = [](const json& item) { return item.contains("n") && item.at("n").contains("N"); };
    const auto plus = [value](const json& n) { return json{{"N", std::to_string(integer(n) + integer(value))}}; };
    switch (below(8)) {
        case 0:
            return {"SET n = " + place(body, value), [value](json& item) { return item["n"] = value, true; }, "n"};
        case 1:
            return {"SET n = n + " + place(body, value),
                    [isNumber, plus](json& item) {
                        if (!isNumber(item)) return false;
                        item["n"] = plus(item["n"]);
                        return true;
                    },
                    "n"};
        case 2: {
            const json zero = {{"N", "0"}};
            return {"SET n = if_not_exists(n, " + place(body, zero) + ") + " + place(body, value),
                    [plus, zero](json& item) {
                        item["n"] = plus(item.value("n", zero));
                        return true;
                    },
                    "n"};
        }
        case 3:
            return {"ADD n " + place(body, value),
                    [plus](json& item) {
                        item["n"] = plus(item.value("n", json{{"N", "0"}}));
                        return true;
                    },
                    "n"};
        case 4: {
            const json members = {{"SS", {"x", "w"}}};
            return {"ADD tags " + place(body, members),
                    [members](json& item) { return changeSet(item, "tags", members, true); }, "tags"};
        }
        case 5: {
            const json members = {{"SS", {"x", "z"}}};
            return {"DELETE tags " + place(body, members),
                    [members](json& item) { return changeSet(item, "tags", members, false); }, "tags"};
        }
        case 6:
            return {"REMOVE t", [](json& item) { return item.erase("t"), true; }, "t"};
        default: {
            const json more = {{"L", json::array({value})}};
            const json none = {{"L", json::array()}};
            return {"SET #l = list_append(if_not_exists(#l, " + place(body, none) + "), " + place(body, more) + ")",
                    [value](json& item) {
                        if (!item.contains("list")) item["list"] = {{"L", json::array()}};
                        item["list"]["L"].push_back(value);
                        return true;
                    },
                    "list"};
        }
    }
}
}  // namespace drydock::tests
