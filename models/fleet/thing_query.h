// The query language for things: dynamic groups, `device list --query` and the lists on screen all speak it.
//
//   attributes.model:wo\:v8 AND attributes.FW:2.27      phase:coolingOff      retries:>=5      thingName:3hw*
//
// - field:value is true where the field's value is the value; `*` (any characters) and `?` (one) stand for others, in
//   quotes only for themselves; field:* where the field has a value. A backslash takes a character for itself.
// - field:>=5, :>, :<, :<= and the ranges field:[5 TO 9], {5 TO 9}, [5 TO *] compare: numbers where both sides are
//   numbers, else by bytes, as versions do.
// - AND, OR, NOT and parentheses, also field:(a OR b); AND binds closer than OR and may be left out. phase:a,b is
//   phase:(a OR b).
// - A word alone is true where it occurs in what a list shows of a device; with wildcards, where it is the whole of a
//   text. Something with a colon that names no field is such a word, for models have colons.
// - Case does not matter in ASCII letters, but for the names of attributes.
// Source of the syntax: AWS IoT's fleet indexing, "Query syntax".
//
// Thread: any; a compiled query is immutable.
// Bounds: kMaxQueryBytes and kMaxQueryDepth, so no text makes compiling or evaluating go deep.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/retry_cycle.h"
#include "storage/base/result.h"

namespace drydock::fleet {

inline constexpr std::size_t kMaxQueryBytes = 4096;
inline constexpr std::size_t kMaxQueryDepth = 32;

struct QueryField {
    enum class Kind : std::uint8_t {
        thingName,
        attribute,
        phase,
        retries,
        cycles,
        groups,  // static ones
        assignee,
        note,
        // Of the latest message:
        model,  // as a list shows it: reported last, else the registry's
        fw,
        status,
        seen,  // how long ago, in ms
    };
    Kind kind = Kind::thingName;
    std::string attribute;  // its name, of Kind::attribute

    [[nodiscard]] bool isNumber() const;
    // Changes with every message rather than with a step.
    [[nodiscard]] bool isOfMessage() const;
    [[nodiscard]] std::string name() const;  // "attributes.FW", "retries"
    friend bool operator==(const QueryField&, const QueryField&) = default;
};

// ASCII letters in lower case, all else as it is.
[[nodiscard]] std::string foldedAscii(std::string_view text);

// What a text is compared with.
class TextPattern {
public:
    enum class Mode : std::uint8_t { whole, anywhere, wildcards };

    TextPattern() = default;
    // In wildcards, kAnyText and kAnyCharacter stand for `*` and `?`.
    TextPattern(Mode mode, std::string_view text) : m_mode(mode), m_text(foldedAscii(text)) {}

    static constexpr char kAnyText = '\x01';
    static constexpr char kAnyCharacter = '\x02';

    [[nodiscard]] bool matches(std::string_view value) const;
    [[nodiscard]] Mode mode() const { return m_mode; }
    [[nodiscard]] const std::string& text() const { return m_text; }  // folded

private:
    Mode m_mode = Mode::whole;
    std::string m_text;
};

// A thing as a query looks at it, wherever its values are.
class ThingRow {
public:
    virtual ~ThingRow() = default;
    // Of a field that is no number; empty: it has no value. Groups are joined by ", ".
    [[nodiscard]] virtual std::string_view text(const QueryField& field) const = 0;
    // Of a field that is one.
    [[nodiscard]] virtual std::optional<std::int64_t> number(const QueryField& field) const = 0;
    // A word that stands alone.
    [[nodiscard]] virtual bool anyMatches(const TextPattern& word) const = 0;
};

class ThingQuery {
public:
    // An empty text lets everything through. ErrorCode::validation names the place and what was expected there.
    [[nodiscard]] static storage::Result<ThingQuery> compile(std::string_view text);

    [[nodiscard]] bool matches(const ThingRow& row) const;
    // Of a row that matches: the clauses that make it so, as they were written.
    [[nodiscard]] std::vector<std::string> reasons(const ThingRow& row) const;

    [[nodiscard]] bool empty() const;
    // Each once. Words that stand alone read no field in particular.
    [[nodiscard]] const std::vector<QueryField>& fields() const { return m_fields; }
    [[nodiscard]] bool reads(const QueryField& field) const;
    [[nodiscard]] bool hasWords() const { return m_hasWords; }

    // At least one of these equalities holds of every row that matches; empty: there are no such.
    struct Pin {
        QueryField field;
        std::string text;  // folded; a number in plain decimal notation
    };
    [[nodiscard]] std::vector<Pin> pins() const;

    // What must all hold: the query taken apart at its outermost ANDs.
    struct Conjunct {
        std::string text;                    // as it was written, fit to stand beside others
        std::optional<std::string> word;     // it is a word alone, without wildcards
        std::vector<Phase> phases;           // it asks for nothing but one of these
        std::optional<std::int64_t> seenMs;  // … for nothing but being seen within this
    };
    [[nodiscard]] std::vector<Conjunct> conjuncts() const;

    struct Node;  // see thing_query_tree.h

private:
    explicit ThingQuery(std::string text);
    friend class ThingQueryParser;

    std::string m_text;
    std::shared_ptr<const Node> m_root;  // none: empty
    std::vector<QueryField> m_fields;
    bool m_hasWords = false;
};

}  // namespace drydock::fleet
