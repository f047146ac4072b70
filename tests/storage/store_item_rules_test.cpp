// What an item must keep to be stored, whoever made it: text in UTF-8 wherever text may stand.
#include <gtest/gtest.h>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

const std::string kBroken = "caf\xC3";  // the last character is cut off
const std::string kWhole = "café, long enough for eight bytes at a step: 日本語 🙂";

class StoreItemRules : public StoreTest {
protected:
    StoreItemRules() {
        TableDefinition things = table("Things", {"id", AttributeType::S}, {{"part", AttributeType::S}});
        things.indexes = {index("kind-index", {"kind", AttributeType::S})};
        create(things);
    }

    // Items with `text` in one place each.
    static std::vector<Item> itemsWith(const std::string& text) {
        return {
            {{"id", text}, {"part", "p"}},
            {{"id", "a"}, {"part", text}},
            {{"id", "a"}, {"part", "p"}, {"kind", text}},
            {{"id", "a"}, {"part", "p"}, {"value", text}},
            {{"id", "a"}, {"part", "p"}, {text, 1}},
            {{"id", "a"}, {"part", "p"}, {"set", StringSet{{"first", text}}}},
            {{"id", "a"}, {"part", "p"}, {"list", List{1, text}}},
            {{"id", "a"}, {"part", "p"}, {"map", Item{{text, Null{}}}}},
            {{"id", "a"}, {"part", "p"}, {"map", Item{{"list", List{Item{{"deep", text}}}}}}},
            {{"id", "a"}, {"part", "p"}, {"list", List{StringSet{{text}}}}},
        };
    }
};

TEST_F(StoreItemRules, TextIsRefusedUnlessItIsUtf8WhereverItStands) {
    for (const Item& item : itemsWith(kBroken)) {
        EXPECT_TRUE(failedWith(store->write(put("Things", item)), ErrorCode::validation)) << itemSize(item);
    }
    EXPECT_EQ(take(store->scan(scan("Things"))).count, 0U);
    EXPECT_TRUE(take(store->check(false)).empty());
}

TEST_F(StoreItemRules, WholeTextOfAnyLengthIsStoredAndReadBack) {
    for (const Item& item : itemsWith(kWhole)) {
        write(put("Things", item));
        Item key{{"id", item.string("id")}, {"part", item.string("part")}};
        EXPECT_EQ(take(store->get(getItem("Things", std::move(key)))), item);
    }
    EXPECT_TRUE(take(store->check(false)).empty());
}

TEST_F(StoreItemRules, AnUpdateCannotBringInOtherTextEither) {
    write(put("Things", {{"id", "a"}, {"part", "p"}}));
    UpdateRequest update;
    update.table = "Things";
    update.key = {{"id", "a"}, {"part", "p"}};
    update.update = "SET #v = :v";
    update.parameters.names = {{"#v", "value"}};
    update.parameters.values = {{":v", kBroken}};
    EXPECT_TRUE(failedWith(store->write(update), ErrorCode::validation));
    EXPECT_EQ(take(store->get(getItem("Things", {{"id", "a"}, {"part", "p"}}))), (Item{{"id", "a"}, {"part", "p"}}));
}

TEST_F(StoreItemRules, BytesNeedNotBeText) {
    const Item item{{"id", "a"}, {"part", "p"}, {"bytes", Binary{0xC3, 0xFF}}};
    write(put("Things", item));
    EXPECT_EQ(take(store->get(getItem("Things", {{"id", "a"}, {"part", "p"}}))), item);
}

}  // namespace
}  // namespace drydock::tests
