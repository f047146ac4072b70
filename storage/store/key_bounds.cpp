#include "storage/store/key_bounds.h"

#include "storage/store/keys.h"
#include "storage/value/key_codec.h"

namespace drydock::storage {
namespace {

using Operator = KeyRange::Operator;

// The condition on `attribute`, nullptr when there is none.
Result<const KeyRange::Part*> partFor(const KeyAttribute& attribute, const KeyRange& range, bool partition) {
    const KeyRange::Part* found = nullptr;
    for (const KeyRange::Part& part : range.parts) {
        if (part.name != attribute.name) continue;
        if (found != nullptr) return invalid("KeyConditionExpressions must only contain one condition per key");
        found = &part;
    }
    if (found == nullptr) return found;
    for (const AttributeValue* value : {&found->first, &found->second}) {
        if (value == &found->second && found->op != Operator::between) continue;
        if (value->type() != attribute.type) {
            return invalid(
                "One or more parameter values were invalid: Condition parameter type does not match schema type");
        }
        // A prefix may be anything; a value to compare with must be one a key can have.
        if (found->op != Operator::beginsWith) DRYDOCK_TRY(checkKeyValue(attribute, *value, partition));
    }
    return found;
}

// Narrows `bounds`, whose lower end is the encoding of what is fixed so far, by the last condition.
Result<KeyBounds> narrow(const std::string& fixed, const KeyRange::Part& part) {
    if (part.op == Operator::beginsWith) {
        if (part.first.type() == AttributeType::N) {
            return invalid(
                "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or "
                "function: begins_with, operand type: N");
        }
        KeyBounds bounds{fixed, fixed};
        encodeKeyPrefixRange(part.first, bounds.lower, bounds.upper);
        return bounds;
    }
    std::string at = fixed;
    encodeKeyComponent(part.first, at);
    std::string after = at;
    makeUpperBound(after);
    std::string end = fixed;
    makeUpperBound(end);
    switch (part.op) {
        case Operator::less:
            return KeyBounds{fixed, at};
        case Operator::lessOrEqual:
            return KeyBounds{fixed, after};
        case Operator::greater:
            return KeyBounds{after, end};
        case Operator::greaterOrEqual:
            return KeyBounds{at, end};
        case Operator::between: {
            std::string last = fixed;
            encodeKeyComponent(part.second, last);
            makeUpperBound(last);
            return KeyBounds{at, last};
        }
        case Operator::equal:
        case Operator::none:
        case Operator::beginsWith:
            break;
    }
    return KeyBounds{at, after};
}

}  // namespace

Result<KeyBounds> boundsOf(const KeySchema& schema, const KeyRange& range) {
    const std::size_t keyAttributes = schema.partition.size() + schema.sort.size();
    if (range.parts.size() > keyAttributes) {
        return invalid("The number of query conditions (" + std::to_string(range.parts.size()) +
                       ") exceeds the number of key attributes defined in the schema (" +
                       std::to_string(keyAttributes) + ")");
    }
    std::string fixed;
    std::size_t used = 0;
    for (const KeyAttribute& attribute : schema.partition) {
        DRYDOCK_ASSIGN(const KeyRange::Part* part, partFor(attribute, range, true));
        if (part == nullptr) return invalid("Query condition missed key schema element: " + attribute.name);
        if (part->op != Operator::equal) return invalid("Query key condition not supported");
        encodeKeyComponent(part->first, fixed);
        ++used;
    }
    const KeyRange::Part* last = nullptr;  // the condition that is no equality
    std::string loose;                     // attributes without an equality so far
    for (const KeyAttribute& attribute : schema.sort) {
        DRYDOCK_ASSIGN(const KeyRange::Part* part, partFor(attribute, range, false));
        if (part != nullptr) {
            if (!loose.empty()) {
                return invalid("RANGE key attributes " + loose +
                               " must have equality conditions specified in the query because a condition is present "
                               "on key attribute " +
                               attribute.name);
            }
            ++used;
        }
        if (part != nullptr && part->op == Operator::equal) {
            encodeKeyComponent(part->first, fixed);
            continue;
        }
        if (part != nullptr) last = part;
        loose.append(loose.empty() ? "" : ", ").append(attribute.name);
    }
    if (used != range.parts.size()) {
        // Some condition is on an attribute that is no part of the key, in the place of one that is.
        if (schema.sort.empty()) return invalid("Query key condition not supported");
        return invalid("Query condition missed key schema element: " + loose.substr(0, loose.find(',')));
    }
    if (last != nullptr) return narrow(fixed, *last);
    KeyBounds bounds{fixed, fixed, loose.empty()};
    makeUpperBound(bounds.upper);
    return bounds;
}

}  // namespace drydock::storage
