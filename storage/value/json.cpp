// DynamoDB JSON as values.
#include "storage/value/json.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "storage/value/base64.h"
#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

template <class T>
Result<AttributeValue> toValue(Result<T> content) {
    if (!content) return fail(std::move(content).error());
    return AttributeValue(*std::move(content));
}

tl::unexpected<Error> badType(std::string message) {
    return fail(ErrorCode::serialization, std::move(message));
}

tl::unexpected<Error> noValue() {
    return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

// What DynamoDB's JSON reader says of a value that is not of the type wanted there.
tl::unexpected<Error> wrongJsonType(const json& value, const char* wanted, const char* javaClass) {
    switch (value.type()) {
        case json::value_t::boolean:
            return badType((value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE") +
                           std::string(" cannot be converted to ") + wanted);
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
            return badType(std::string("NUMBER_VALUE cannot be converted to ") + wanted);
        case json::value_t::number_float:
            return badType(std::string("DECIMAL_VALUE cannot be converted to ") + wanted);
        case json::value_t::string:
            return badType(std::string("STRING_VALUE cannot be converted to ") + wanted);
        case json::value_t::array:
            return badType(std::string("Unrecognized collection type class ") + javaClass);
        case json::value_t::object:
            return badType("Start of structure or map found where not expected");
        default:
            return noValue();
    }
}

tl::unexpected<Error> notAList(const json& value) {
    if (value.is_object()) return badType("Start of structure or map found where not expected");
    return badType("Unexpected field type");
}

Result<std::string> readText(const json& value) {
    if (!value.is_string()) return wrongJsonType(value, "String", "java.lang.String");
    const auto& text = value.get_ref<const std::string&>();
    if (!isValidUtf8(text)) return invalid("The text is not valid UTF-8");
    return text;
}

Result<Binary> readBinary(const json& value) {
    if (value.is_structured()) return wrongJsonType(value, "ByteBuffer", "java.nio.ByteBuffer");
    if (!value.is_string()) return badType("only base-64-encoded strings are convertible to bytes");
    Result<Binary> bytes = decodeBase64(value.get_ref<const std::string&>());
    if (!bytes) return badType(std::move(bytes.error().message));
    return bytes;
}

Result<void> checkFlag(const json& value) {
    if (value.is_boolean()) return {};
    if (value.is_string()) return badType("Unexpected token received from parser");
    return wrongJsonType(value, "Boolean", "java.lang.Boolean");
}

std::optional<AttributeType> typeOf(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(AttributeType::BS); ++i) {
        const auto type = static_cast<AttributeType>(i);
        if (name == typeName(type)) return type;
    }
    return std::nullopt;
}

// ---- What the older layer says --------------------------------------------------------------------------------------

// It reads numbers as Java's BigDecimal does: exponent and scale have 32 bits, and so has the magnitude, which wraps.
// `current` is what the current layer says of the text.
Error olderNumberError(std::string_view text, Error current) {
    constexpr const char* kNotNumeric = "The parameter cannot be converted to a numeric value";
    if (text.empty()) current.message = kNotNumeric;
    const std::size_t mark = text.find_first_of("eE");
    if (mark == std::string_view::npos) return current;
    std::string_view digits = text.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (code != std::errc() || end != digits.data() + digits.size()) return current;
    const std::string_view mantissa = text.substr(0, mark);
    const std::size_t point = mantissa.find('.');
    const std::size_t decimals = point == std::string_view::npos ? 0 : mantissa.size() - point - 1;
    const auto in32Bits = [](std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; };
    if (!in32Bits(exponent) || !in32Bits(static_cast<std::int64_t>(decimals) - exponent)) {
        current.message = std::string(kNotNumeric) + ": " + std::string(text);
        return current;
    }
    const std::size_t first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
    const auto precision = std::count_if(mantissa.begin() + static_cast<std::ptrdiff_t>(first), mantissa.end(),
                                         [](char c) { return c != '.'; });
    const std::int64_t magnitude = precision - static_cast<std::int64_t>(decimals) + exponent;
    return magnitude > INT32_MAX ? Number::parse("1e-131").error() : std::move(current);
}

// ---- Sets -----------------------------------------------------------------------------------------------------------

// The place of the first member that repeats an earlier one.
template <class Set>
std::optional<std::size_t> firstRepeat(const Set& set) {
    auto sorted = set.values;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return std::nullopt;
    for (std::size_t i = 1;; ++i) {
        const auto here = set.values.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(set.values.begin(), here, *here) != here) return i;
    }
}

const std::string& printed(const std::string& member) {
    return member;
}

std::string printed(const Binary& member) {
    return encodeBase64(member);
}

template <class Set>
std::string listMembers(const Set& set, std::string_view quote, std::string_view separator) {
    std::string text;
    for (const auto& value : set.values) {
        text.append(text.empty() ? "[" : separator).append(quote).append(printed(value)).append(quote);
    }
    return text + ']';
}

// Reads values in the words of one of the service's layers.
class ValueReader {
public:
    explicit ValueReader(ValueLayer layer) : m_layer(layer) {}

    Result<Item> readMap(const json& value, int depth) const {
        if (!value.is_object()) {
            if (value.is_array()) {
                return badType(
                    "Unrecognized collection type java.util.Map<java.lang.String, "
                    "com.amazonaws.dynamodb.v20120810.AttributeValue>");
            }
            return badType("Unexpected field type");
        }
        Item item;
        item.reserve(value.size());
        for (const auto& [name, member] : value.items()) {
            DRYDOCK_TRY(checkAttributeName(name));
            DRYDOCK_ASSIGN(auto read, readValue(member, depth));
            item.set(name, std::move(read));
        }
        return item;
    }

    // `depth` counts the lists and maps around the value.
    Result<AttributeValue> readValue(const json& value, int depth) const {
        if (!value.is_object()) {
            if (value.is_array())
                return badType("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
            return badType("Unexpected value type in payload");
        }
        std::optional<AttributeValue> result;
        for (const auto& [name, content] : value.items()) {
            // Members DynamoDB does not know, and nulls, count as absent.
            const std::optional<AttributeType> type = typeOf(name);
            if (!type || content.is_null()) continue;
            if (result) {
                return invalid(
                    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                    "supported datatypes");
            }
            DRYDOCK_ASSIGN(result, readTyped(*type, content, depth));
        }
        if (!result) return noValue();
        return *std::move(result);
    }

private:
    Result<AttributeValue> readTyped(AttributeType type, const json& content, int depth) const {
        switch (type) {
            case AttributeType::S:
                return toValue(readText(content));
            case AttributeType::N:
                return toValue(readNumber(content));
            case AttributeType::B:
                return toValue(readBinary(content));
            case AttributeType::BOOL:
                DRYDOCK_TRY(checkFlag(content));
                return AttributeValue(content.get<bool>());
            case AttributeType::NULL_:
                DRYDOCK_TRY(checkFlag(content));
                if (!content.get<bool>())
                    return invalidParameter("Null attribute value types must have the value of true");
                return AttributeValue(Null{});
            case AttributeType::L:
                if (depth + 1 >= kMaxDepth) return invalid(kTooDeep);
                return readList(content, depth + 1);
            case AttributeType::M:
                if (depth + 1 >= kMaxDepth) return invalid(kTooDeep);
                return toValue(readMap(content, depth + 1));
            case AttributeType::SS:
                return readStringSet(content);
            case AttributeType::NS:
                return readNumberSet(content);
            case AttributeType::BS:
                break;
        }
        return readBinarySet(content);
    }

    Result<Number> readNumber(const json& value) const {
        if (!value.is_string()) return wrongJsonType(value, "String", "java.lang.String");
        const auto& text = value.get_ref<const std::string&>();
        Result<Number> number = Number::parse(text);
        if (!number && m_layer == ValueLayer::older) return fail(olderNumberError(text, std::move(number).error()));
        return number;
    }

    Result<AttributeValue> readList(const json& value, int depth) const {
        if (!value.is_array()) return notAList(value);
        List list;
        list.reserve(value.size());
        for (const json& element : value) {
            DRYDOCK_ASSIGN(auto read, readValue(element, depth));
            list.push_back(std::move(read));
        }
        return AttributeValue(std::move(list));
    }

    template <class Set, class Reader>
    static Result<Set> readMembers(const json& members, Reader reader) {
        if (!members.is_array()) return notAList(members);
        Set set;
        set.values.reserve(members.size());
        for (const json& member : members) {
            DRYDOCK_ASSIGN(auto value, reader(member));
            set.values.push_back(std::move(value));
        }
        return set;
    }

    // The current layer prints what it had taken when it met the repeated member, in order, then the rest.
    template <class Set>
    tl::unexpected<Error> duplicates(Set set, std::size_t repeat, std::string_view separator,
                                     const char* ending) const {
        const bool older = m_layer == ValueLayer::older;
        if (!older) std::sort(set.values.begin(), set.values.begin() + static_cast<std::ptrdiff_t>(repeat));
        return invalidParameter("Input collection " +
                                (older ? listMembers(set, "", ", ") : listMembers(set, "\"", separator)) + ending);
    }

    Result<AttributeValue> readStringSet(const json& members) const {
        DRYDOCK_ASSIGN(auto set, readMembers<StringSet>(members, readText));
        if (set.values.empty()) return invalidParameter("An string set  may not be empty");
        if (const auto repeat = firstRepeat(set))
            return duplicates(std::move(set), *repeat, ", ", " contains duplicates.");
        return AttributeValue(std::move(set));
    }

    Result<AttributeValue> readNumberSet(const json& members) const {
        DRYDOCK_ASSIGN(auto set,
                       readMembers<NumberSet>(members, [this](const json& member) { return readNumber(member); }));
        if (set.values.empty()) return invalidParameter("An number set  may not be empty");
        if (!firstRepeat(set)) return AttributeValue(std::move(set));
        if (m_layer == ValueLayer::older) return invalid("Input collection contains duplicates");
        return invalidParameter("Input collection contains duplicates.");
    }

    Result<AttributeValue> readBinarySet(const json& members) const {
        DRYDOCK_ASSIGN(auto set, readMembers<BinarySet>(members, readBinary));
        if (set.values.empty()) return invalidParameter("Binary sets should not be empty");
        if (const auto repeat = firstRepeat(set))
            return duplicates(std::move(set), *repeat, ",", "of type BS contains duplicates.");
        return AttributeValue(std::move(set));
    }

    ValueLayer m_layer;
};

}  // namespace

Result<void> checkAttributeName(std::string_view name) {
    constexpr std::size_t kMostBytes = 65'535;  // Amazon DynamoDB developer guide, "Quotas"
    if (name.empty()) return invalid("Empty attribute name");
    if (name.size() > kMostBytes) return invalid("Attribute name is too large, must be less than 65536 bytes");
    if (!isValidUtf8(name)) return invalid("The text is not valid UTF-8");
    return {};
}

Result<AttributeValue> valueFromJson(const json& value, ValueLayer layer) {
    return ValueReader(layer).readValue(value, 0);
}

Result<Item> itemFromJson(const json& value, ValueLayer layer) {
    return ValueReader(layer).readMap(value, 0);
}

}  // namespace drydock::storage
