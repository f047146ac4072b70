// The fleet's query language: dynamic groups, the lists on screen and `drydockctl … list --query` all speak it. What
// differs between them is which fields there are: their vocabulary (thing_fields.h, record_fields.h).
//
//   attributes.model:wo\:v8 AND attributes.FW:2.27      phase:coolingOff      retries:>=5      thingName:3hw*
//
// - field:value is true where the field's value is the value; `*` (any characters) and `?` (one) stand for others, in
//   quotes only for themselves; field:* where the field has a value. A backslash takes a character for itself.
// - field:>=5, :>, :<, :<= and the ranges field:[5 TO 9], {5 TO 9}, [5 TO *] compare: numbers where both sides are
//   numbers, else by bytes, as versions do. A duration is a number and a unit: seen:5m is within 5 minutes, seen:>1d
//   longer ago.
// - AND, OR, NOT and parentheses, also field:(a OR b); AND binds closer than OR and may be left out. Where a field has
//   one of a few values, phase:a,b is phase:(a OR b), and what is none of them can't be read.
// - A word alone is true where it occurs in what a list shows of a row; with wildcards, where it is the whole of a
//   text. Something with a colon that names no field is such a word, for models have colons.
// - Case does not matter in ASCII letters, but for the names of attributes.
// Source of the syntax: AWS IoT's fleet indexing, "Query syntax".
//
// Thread: any; a compiled query is immutable.
// Lifetime: a vocabulary outlives the queries compiled with it and their fields.
// Bounds: kMaxQueryBytes and kMaxQueryDepth, so no text makes compiling or evaluating go deep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/base/result.h"

namespace drydock::fleet {

inline constexpr std::size_t kMaxQueryBytes = 4096;
inline constexpr std::size_t kMaxQueryDepth = 32;

enum class FieldType : std::uint8_t {
    text,
    texts,   // several, of which one must do; joined by kTextsSeparator
    choice,  // one of a few
    number,
    duration,  // how long ago, or how long until, in ms
};
inline constexpr std::string_view kTextsSeparator = ", ";

// What a field may be.
struct FieldDefinition {
    std::string_view name;  // "retries"; one that ends in a dot begins the names of many fields: "attributes."
    FieldType type = FieldType::text;
    std::vector<std::string_view> otherNames = {};
    // Of a choice: what a value is called, and the values.
    std::string_view noun = {};
    std::vector<std::string_view> values = {};
};

struct QueryField {
    const FieldDefinition* definition = nullptr;
    std::size_t place = 0;  // of the definition in its vocabulary
    std::string attribute;  // what follows the dot, where the definition's name ends in one

    [[nodiscard]] FieldType type() const { return definition->type; }
    [[nodiscard]] bool isNumber() const { return type() == FieldType::number || type() == FieldType::duration; }
    [[nodiscard]] std::string name() const;  // "attributes.FW", "retries"
    friend bool operator==(const QueryField&, const QueryField&) = default;
};

// The fields of one kind of row. The first has a value in every row.
class QueryVocabulary {
public:
    explicit QueryVocabulary(std::vector<FieldDefinition> fields) : m_fields(std::move(fields)) {}
    QueryVocabulary(const QueryVocabulary&) = delete;
    QueryVocabulary& operator=(const QueryVocabulary&) = delete;
    ~QueryVocabulary() = default;

    [[nodiscard]] const std::vector<FieldDefinition>& fields() const { return m_fields; }
    [[nodiscard]] QueryField field(std::size_t place, std::string attribute = {}) const;
    // By its name or another name of it; nothing: there is no such field.
    [[nodiscard]] std::optional<QueryField> find(std::string_view name) const;

private:
    std::vector<FieldDefinition> m_fields;
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

// A row as a query looks at it, wherever its values are.
class QueryRow {
public:
    virtual ~QueryRow() = default;
    // Of a field that is no number; empty: it has no value.
    [[nodiscard]] virtual std::string_view text(const QueryField& field) const = 0;
    // Of a field that is one.
    [[nodiscard]] virtual std::optional<std::int64_t> number(const QueryField& field) const = 0;
    // A word that stands alone.
    [[nodiscard]] virtual bool anyMatches(const TextPattern& word) const = 0;
};

class FleetQuery {
public:
    // An empty text lets everything through. ErrorCode::validation names the place and what was expected there.
    [[nodiscard]] static storage::Result<FleetQuery> compile(std::string_view text, const QueryVocabulary& vocabulary);

    [[nodiscard]] bool matches(const QueryRow& row) const;
    // Of a row that matches: the clauses that make it so, as they were written.
    [[nodiscard]] std::vector<std::string> reasons(const QueryRow& row) const;

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
        std::string text;                 // as it was written, fit to stand beside others
        std::optional<std::string> word;  // it is a word alone, without wildcards
        // It asks for nothing but one field …
        std::optional<QueryField> field;
        std::vector<std::string_view> values;  // … a choice, being one of these
        std::int64_t withinMs = 0;             // … a duration, being this at most
    };
    [[nodiscard]] std::vector<Conjunct> conjuncts() const;

    struct Node;  // see fleet_query_tree.h

private:
    explicit FleetQuery(std::string text);
    friend class FleetQueryParser;

    std::string m_text;
    std::shared_ptr<const Node> m_root;  // none: empty
    std::vector<QueryField> m_fields;
    bool m_hasWords = false;
};

}  // namespace drydock::fleet
