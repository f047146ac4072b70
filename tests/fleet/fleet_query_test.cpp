// The query language: each rule of fleet_query.h, its errors, and its bounds, with the fields of things.
#include "models/fleet/fleet_query.h"

#include <iostream>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fleet/thing_fields.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Values by the names of their fields.
struct Row final : QueryRow {
    std::map<std::string, std::string> texts;
    std::map<std::string, std::int64_t> numbers;

    std::string_view text(const QueryField& field) const override {
        const auto found = texts.find(field.name());
        return found == texts.end() ? std::string_view() : found->second;
    }
    std::optional<std::int64_t> number(const QueryField& field) const override {
        const auto found = numbers.find(field.name());
        return found == numbers.end() ? std::optional<std::int64_t>() : found->second;
    }
    bool anyMatches(const TextPattern& word) const override {
        for (const char* name : {"thingName", "model", "FW", "status", "phase"})
            if (const auto found = texts.find(name); found != texts.end() && word.matches(found->second)) return true;
        return false;
    }
};

storage::Result<FleetQuery> compiled(const std::string& text) {
    return FleetQuery::compile(text, thingFields());
}

class FleetQueryTest : public testing::Test {
protected:
    FleetQueryTest() {
        row.texts = {{"thingName", "3hwC2y7"},
                     {"phase", "coolingOff"},
                     {"attributes.model", "wo:v8"},
                     {"attributes.FW", "2.27"},
                     {"attributes.site", "Hafen 7"},
                     {"attributes.build", "2026.03.01"},
                     {"groups", "canary, beta:2"},
                     {"model", "wo:v8"},
                     {"FW", "2.27"},
                     {"status", "failed"}};
        row.numbers = {{"retries", 5}, {"cycles", 1}, {"seen", 240'000}};
    }
    bool matches(const std::string& text) {
        const auto query = compiled(text);
        EXPECT_TRUE(query) << text << ": " << (query ? "" : query.error().message);
        return query && query->matches(row);
    }
    void expectAll(const std::vector<std::string>& texts, bool expected) {
        for (const std::string& text : texts) EXPECT_EQ(matches(text), expected) << text;
    }
    static std::string error(const std::string& text) {
        const auto query = compiled(text);
        if (query) return {};
        EXPECT_EQ(query.error().code, storage::ErrorCode::validation);
        return query.error().message;
    }
    Row row;
};

TEST_F(FleetQueryTest, AFieldHasTheValueWhateverItsCase) {
    expectAll({"attributes.model:wo\\:v8 AND attributes.FW:2.27", "phase:coolingOff", "phase:COOLINGOFF",
               "attributes.model:wo:v8", "thingname:3hwc2y7", "deviceId:3hwC2y7", "retries:5", "RetryCounter:5"},
              true);
    expectAll({"attributes.model:wo", "attributes.FW:2.2", "attributes.fw:2.27", "phase:failed", "retries:6",
               "attributes.nothing:x"},
              false);
}

TEST_F(FleetQueryTest, WildcardsStandForOtherCharacters) {
    expectAll({"thingName:3hw*", "thingName:*y7", "thingName:3*2*7", "thingName:3hwC?y7", "thingName:*", "phase:cool*",
               "attributes.site:*", "*"},
              true);
    expectAll({"thingName:hw*", "thingName:3hw?", "thingName:*x*", "attributes.nothing:*", "assignee:*",
               "attributes.site:\"Hafen*\"", "attributes.site:Hafen\\*"},
              false);
    row.texts["attributes.site"] = "Łódź";
    expectAll({"attributes.site:?ódź", "attributes.site:Ł?d?"}, true);
    row.texts["attributes.site"] = std::string(2000, 'a');
    expectAll({"attributes.site:*a*a*a*a*a*a*a*b"}, false);
}

TEST_F(FleetQueryTest, NumbersAreComparedAsNumbersAndTheRestByBytes) {
    expectAll({"retries:>=5", "retries:>4", "retries:<=5", "retries:<6", "cycles:>=1", "attributes.FW:<2.3",
               "attributes.build:>=2026.03.01", "attributes.build:<2026.04.00", "attributes.build:>2025.12.31"},
              true);
    row.texts["attributes.FW"] = "2.5";
    expectAll({"attributes.FW:>2.45", "attributes.FW:2.5", "attributes.FW:[2.50 TO 3]"}, true);
    expectAll({"retries:>5", "retries:<5", "attributes.nothing:>1", "attributes.build:>2026.03.01"}, false);
}

TEST_F(FleetQueryTest, RangesIncludeTheirEndsOrNot) {
    expectAll({"retries:[5 TO 9]", "retries:[1 TO 5]", "retries:{4 TO 6}", "retries:[5 TO *]", "retries:[* TO 5]",
               "retries:{4 TO 5]", "attributes.build:[2026.01.01 TO 2026.12.31]", "attributes.site:[\"Ha\" TO \"Hb\"]",
               "retries:[* TO *]"},
              true);
    expectAll({"retries:{5 TO 9}", "retries:{1 TO 5}", "retries:[6 TO 9]", "retries:[5 TO 9] AND retries:[1 TO 4]"},
              false);
}

TEST_F(FleetQueryTest, AndBindsCloserThanOrAndMayBeLeftOut) {
    expectAll({"phase:failed AND retries:1 OR retries:5", "retries:5 OR phase:failed AND retries:1",
               "phase:coolingOff retries:5", "NOT phase:failed", "NOT NOT retries:5",
               "NOT (phase:failed OR retries:1) AND retries:5", "phase:(failed OR coolingOff)",
               "thingName:(3hw* AND NOT *x)", "phase:failed,coolingOff", "( ( retries:5 ) )"},
              true);
    expectAll({"(retries:5 OR phase:failed) AND retries:1", "phase:coolingOff retries:1",
               "NOT phase:coolingOff retries:5", "NOT (retries:5)"},
              false);
}

TEST_F(FleetQueryTest, QuotesAndBackslashesTakeCharactersForThemselves) {
    expectAll({"attributes.site:\"Hafen 7\"", "attributes.site:Hafen\\ 7", "attributes.site:\"hafen\\ 7\""}, true);
    row.texts["attributes.site"] = "a \"b\" (c) * \\";
    expectAll({R"(attributes.site:"a \"b\" (c) * \\")"}, true);
    row.texts["attributes.site"] = "AND";
    expectAll({"attributes.site:AND", "attributes.site:\"AND\""}, true);
}

TEST_F(FleetQueryTest, AWordAloneOccursInWhatAListShows) {
    expectAll({"3hw", "C2Y", "wo:v8", "2.27 FAIL", "cooling", "3hw*", "NOT lost", "\"wo:v8\"", "NOT and", ""}, true);
    row.texts["status"] = "standing by";
    expectAll({"and", "\"ding by\""}, true);
    expectAll({"nothing like it", "hw*", "\"wo v8\"", "unknown:5", "3hw lost"}, false);
}

TEST_F(FleetQueryTest, SeenTakesHowLongAgo) {
    expectAll({"seen:5m", "seen:1d", "seen:>3m", "seen:[1m TO 1h]", "seen:240s"}, true);
    expectAll({"seen:3m", "seen:>5m"}, false);
    row.numbers.erase("seen");
    expectAll({"seen:5m", "seen:>5m"}, false);
}

TEST_F(FleetQueryTest, GroupsAreComparedOneByOne) {
    expectAll({"groups:canary", "group:beta\\:2", "thingGroupNames:beta*"}, true);
    expectAll({"groups:beta", "groups:\"canary, beta:2\""}, false);
}

TEST_F(FleetQueryTest, AnErrorNamesThePlaceAndWhatWasExpected) {
    EXPECT_THAT(error("attributes.FW:"), HasSubstr("at character 15: expected a value after \"attributes.FW:\""));
    EXPECT_THAT(error("(phase:failed"), HasSubstr("at character 14: expected \")\""));
    EXPECT_THAT(error("phase:failed)"), HasSubstr("at character 13: there is no \"(\" to this"));
    EXPECT_THAT(error("a AND"), HasSubstr("at character 6: expected a word, a field or \"(\""));
    EXPECT_THAT(error("OR b"), HasSubstr("at character 1: expected a word, a field or \"(\" before \"OR\""));
    EXPECT_THAT(error("NOT"), HasSubstr("expected a word"));
    EXPECT_THAT(error("()"), HasSubstr("before \")\""));
    EXPECT_THAT(error("phase:broken"), HasSubstr("there are well, retrying, coolingOff, failing, failed"));
    EXPECT_THAT(error("retries:many"), HasSubstr("expected a number, as in retries:5"));
    EXPECT_THAT(error("retries:[1 9]"), HasSubstr("expected TO"));
    EXPECT_THAT(error("retries:[1 TO"), HasSubstr("expected a value or \"*\""));
    EXPECT_THAT(error("retries:[1 TO 9"), HasSubstr("expected \"]\" or \"}\""));
    EXPECT_THAT(error("retries:><5"), HasSubstr("expected \">\", \">=\", \"<\" or \"<=\""));
    EXPECT_THAT(error("seen:soon"), HasSubstr("seen:5m"));
    EXPECT_THAT(error("note:\"half"), HasSubstr("expected the closing quote"));
    EXPECT_THAT(error("note:half\\"), HasSubstr("expected a character after"));
    EXPECT_THAT(error("Łódź )"), HasSubstr("at character 6"));
    EXPECT_THAT(error("a\x01"), HasSubstr("at character 2: expected no control character"));
}

TEST_F(FleetQueryTest, NoInputGoesDeepOrLong) {
    EXPECT_THAT(error(std::string(kMaxQueryBytes + 1, 'x')), HasSubstr("4096 bytes"));
    EXPECT_THAT(error(std::string(2000, '(') + "a" + std::string(2000, ')')), HasSubstr("32 levels"));
    std::string nots;
    for (int i = 0; i < 1000; ++i) nots += "NOT ";
    EXPECT_THAT(error(nots + "a"), HasSubstr("32 levels"));
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "a ";
    EXPECT_EQ(error(many), "");
}

TEST_F(FleetQueryTest, AnyTextIsReadOrRefusedWithAReason) {
    const unsigned seed = std::random_device()();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    const std::vector<std::string> pieces = {
        "phase:", "retries:", "attributes.FW:", "(",    ")",    "[", "]", "{", "}",
        "\"",     "\\",       " AND ",          " OR ", "NOT ", "*", "?", ">", "=",
        "<",      " TO ",     "failed",         "5",    ",",    " ", ":", "ł", "5m"};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (unsigned i = 0; i < random() % 12; ++i) text += pieces[random() % pieces.size()];
        const auto query = compiled(text);
        if (!query) {
            EXPECT_THAT(query.error().message, HasSubstr("at character")) << text;
            continue;
        }
        const bool matched = query->matches(row);
        // Taken apart at its ANDs and put together again, it asks for the same.
        std::string together;
        for (const auto& conjunct : query->conjuncts()) together += conjunct.text + ' ';
        EXPECT_EQ(matches(together), matched) << text << " as " << together;
        if (matched && !query->empty()) {
            EXPECT_FALSE(query->reasons(row).empty()) << text;
        }
    }
}

TEST_F(FleetQueryTest, AQueryTellsWhatItReads) {
    const auto query = compiled("attributes.FW:1 OR (retries:>2 AND attributes.FW:3) OR word").value();
    EXPECT_THAT(query.fields(), ElementsAre(thingField(ThingField::attribute, "FW"), thingField(ThingField::retries)));
    EXPECT_TRUE(query.hasWords());
}

TEST_F(FleetQueryTest, PinsAreEqualitiesOfWhichOneMustHold) {
    const auto pins = [](const std::string& text) {
        std::vector<std::string> found;
        for (const auto& pin : compiled(text).value().pins()) found.push_back(pin.field.name() + '=' + pin.text);
        return found;
    };
    EXPECT_THAT(pins("attributes.FW:2.27A AND retries:>5"), ElementsAre("attributes.FW=2.27a"));
    EXPECT_THAT(pins("phase:(failed OR failing)"), ElementsAre("phase=failed", "phase=failing"));
    EXPECT_THAT(pins("phase:failed,failing attributes.FW:1"), ElementsAre("attributes.FW=1"));
    EXPECT_THAT(pins("retries:5"), ElementsAre("retries=5"));
    EXPECT_THAT(pins("NOT phase:failed"), IsEmpty());
    EXPECT_THAT(pins("phase:failed OR retries:>5"), IsEmpty());
    EXPECT_THAT(pins("thingName:3hw*"), IsEmpty());
    EXPECT_THAT(pins("groups:canary"), IsEmpty());
}

TEST_F(FleetQueryTest, ReasonsAreTheClausesThatHold) {
    const auto query = compiled("(phase:failed OR retries:>=5) AND NOT attributes.FW:3 attributes.model:wo*").value();
    ASSERT_TRUE(query.matches(row));
    EXPECT_THAT(query.reasons(row), ElementsAre("retries:>=5", "NOT attributes.FW:3", "attributes.model:wo*"));
}

TEST_F(FleetQueryTest, ConjunctsTellWordsAndPlainRestrictionsFromTheRest) {
    const auto conjuncts =
        compiled("phase:retrying,failed wo:v8 seen:5m (a OR b) phase:(failed OR retries)").has_value();
    EXPECT_FALSE(conjuncts);  // "retries" is no phase
    const auto all = compiled("phase:retrying,failed wo:v8 seen:5m (a OR b) x*").value().conjuncts();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].field, thingField(ThingField::phase));
    EXPECT_THAT(all[0].values, ElementsAre("retrying", "failed"));
    EXPECT_EQ(all[1].word, "wo:v8");
    EXPECT_EQ(all[2].field, thingField(ThingField::seen));
    EXPECT_EQ(all[2].withinMs, 300'000);
    EXPECT_EQ(all[3].text, "(a OR b)");
    EXPECT_FALSE(all[3].field);
    EXPECT_FALSE(all[4].word);
}

}  // namespace
}  // namespace drydock::fleet
