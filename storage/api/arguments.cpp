#include "storage/api/arguments.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

namespace drydock::storage::api {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;

constexpr std::string_view kNamePattern = "[a-zA-Z0-9_.-]+";
constexpr std::size_t kMaxReported = 10;
constexpr std::string_view kPackage = "com.amazonaws.dynamodb.v20120810.";
constexpr std::string_view kArnPrefix = "arn:";

bool isNameText(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-';
    });
}

// Numbers beyond an integer's range are as far out of any limit as the range's ends.
std::int64_t wholeNumber(const json& value) {
    constexpr double kEnd = 9e18;
    if (value.is_number_unsigned()) {
        return static_cast<std::int64_t>(std::min<std::uint64_t>(value.get<std::uint64_t>(), INT64_MAX));
    }
    if (value.is_number_float()) return static_cast<std::int64_t>(std::clamp(value.get<double>(), -kEnd, kEnd));
    return value.get<std::int64_t>();
}

// ---- JSON types -----------------------------------------------------------------------------------------------------

tl::unexpected<Error> badType(std::string message) {
    return fail(ErrorCode::serialization, std::move(message));
}

std::string tokenName(const json& value) {
    switch (value.type()) {
        case json::value_t::boolean:
            return value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
        case json::value_t::number_float:
            return "DECIMAL_VALUE";
        case json::value_t::string:
            return "STRING_VALUE";
        default:
            return "NUMBER_VALUE";
    }
}

Result<void> checkScalarType(const json& value, const char* name, bool fits) {
    if (fits) return {};
    if (value.is_array()) return badType(std::string("Unrecognized collection type class java.lang.") + name);
    if (value.is_object()) return badType("Start of structure or map found where not expected");
    return badType(tokenName(value) + " cannot be converted to " + name);
}

std::string javaType(const Shape& element) {
    switch (element.kind) {
        case Kind::value:
            return std::string(kPackage) + "AttributeValue";
        case Kind::structure:
            return std::string(kPackage) + std::string(element.className);
        case Kind::list:
            return "java.util.List<" + javaType(*element.element) + ">";
        case Kind::map:
            return "java.util.Map<java.lang.String, " + javaType(*element.element) + ">";
        default:
            return "java.lang.String";
    }
}

Result<void> checkType(const json& value, const Shape& shape, bool isElement);

Result<void> checkMemberTypes(const json& object, std::span<const Member> members) {
    for (const Member& member : members) {
        if (const json* value = find(object, member.name)) DRYDOCK_TRY(checkType(*value, *member.shape, false));
    }
    return {};
}

Result<void> checkListType(const json& value, const Shape& shape) {
    if (value.is_object()) return badType("Start of structure or map found where not expected");
    if (!value.is_array()) return badType("Unexpected field type");
    for (const json& element : value) {
        DRYDOCK_TRY(checkType(element, *shape.element, true));
    }
    return {};
}

Result<void> checkMapType(const json& value, const Shape& shape) {
    if (value.is_array()) return badType("Unrecognized collection type " + javaType(shape));
    if (!value.is_object()) return badType("Unexpected field type");
    for (const json& element : value) {
        DRYDOCK_TRY(checkType(element, *shape.element, true));
    }
    return {};
}

Result<void> checkStructureType(const json& value, const Shape& shape, bool isElement) {
    if (value.is_array()) return badType("Unrecognized collection type class " + javaType(shape));
    if (!value.is_object()) return badType(isElement ? "Unexpected value type in payload" : "Unexpected field type");
    return checkMemberTypes(value, shape.members);
}

// `isElement`: within a list or a map, where the service speaks of values rather than fields.
Result<void> checkType(const json& value, const Shape& shape, bool isElement) {
    if (value.is_null()) return badType("Unexpected value type in payload");
    switch (shape.kind) {
        case Kind::string:
            return checkScalarType(value, "String", value.is_string());
        case Kind::integer:
            return checkScalarType(value, "Integer", value.is_number());
        case Kind::longInteger:
            return checkScalarType(value, "Long", value.is_number());
        case Kind::boolean:
            if (value.is_string()) return badType("Unexpected token received from parser");
            return checkScalarType(value, "Boolean", value.is_boolean());
        case Kind::list:
            return checkListType(value, shape);
        case Kind::map:
            return checkMapType(value, shape);
        case Kind::structure:
        case Kind::value:
            break;
    }
    return checkStructureType(value, shape, isElement);
}

// ---- Constraints ----------------------------------------------------------------------------------------------------

std::string lowerFirst(std::string_view name) {
    std::string lowered(name);
    if (!lowered.empty() && lowered[0] >= 'A' && lowered[0] <= 'Z') lowered[0] = static_cast<char>(lowered[0] + 32);
    return lowered;
}

// A value as the service prints it: in Java's way, but a map of structures as JSON.
std::string printed(const json& value, const Shape& shape) {
    if (value.is_null()) return "null";
    if (value.is_string()) return value.get<std::string>();
    if (shape.kind == Kind::list) {
        std::string out = "[";
        for (const json& element : value) {
            if (out.size() > 1) out += ", ";
            out += printed(element, *shape.element);
        }
        return out + "]";
    }
    if (shape.kind == Kind::map && shape.element->kind != Kind::structure) {
        std::string out = "{";
        for (const auto& [name, element] : value.items()) {
            if (out.size() > 1) out += ", ";
            out.append(name).append("=").append(printed(element, *shape.element));
        }
        return out + "}";
    }
    if (shape.kind == Kind::structure) {
        std::string out(shape.className);
        out += '(';
        bool first = true;
        for (const Member& member : shape.members) {
            const json* content = find(value, member.name);
            if (content == nullptr) continue;
            if (!first) out += ", ";
            first = false;
            out.append(lowerFirst(member.name)).append("=").append(printed(*content, *member.shape));
        }
        return out + ")";
    }
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Where a member stands, as the two ways of wording spell it.
struct Path {
    std::string lowered;  // transactItems.1.member.put
    std::string exact;    // TransactItems.1.member.Put

    [[nodiscard]] Path then(std::string_view loweredPart, std::string_view exactPart) const {
        const std::string_view dot = exact.empty() ? "" : ".";
        Path path = *this;
        path.lowered.append(dot).append(loweredPart);
        path.exact.append(dot).append(exactPart);
        return path;
    }
};

class ConstraintChecker {
public:
    explicit ConstraintChecker(Wording wording) : m_wording(wording) {}

    void checkMembers(const json& object, std::span<const Member> members, const Path& parent) {
        for (const Member& member : members) {
            const Path path = parent.then(lowerFirst(member.name), member.name);
            const json* value = find(object, member.name);
            if (value != nullptr) {
                check(*value, *member.shape, path);
            } else if (member.required) {
                report("null", path, "Member must not be null");
            }
        }
    }

    [[nodiscard]] Result<void> result() const {
        if (m_count == 0) return {};
        return fail(ErrorCode::validation, std::to_string(m_count) + " validation error" + (m_count > 1 ? "s" : "") +
                                               " detected: " + m_reports);
    }

private:
    void check(const json& value, const Shape& shape, const Path& path) {
        checkSize(value, shape, path);
        if (!shape.words.empty()) checkWord(value, shape, path);
        if (shape.isName) checkNames(value, shape, path);
        if (shape.kind == Kind::structure) {
            checkMembers(value, shape.members, path);
        } else if (shape.kind == Kind::list || shape.kind == Kind::map) {
            checkElements(value, shape, path);
        }
    }

    void checkSize(const json& value, const Shape& shape, const Path& path) {
        if (!shape.least && !shape.most) return;
        const bool isNumber = value.is_number();
        if (value.is_string() && isArn(value, shape)) return;
        const std::int64_t size = isNumber ? wholeNumber(value)
                                  : value.is_string()
                                      ? static_cast<std::int64_t>(value.get_ref<const std::string&>().size())
                                      : static_cast<std::int64_t>(value.size());
        const std::string what = isNumber ? "Member must have value " : "Member must have length ";
        if (shape.least && size < *shape.least) {
            reportSize(value, shape, path, what + "greater than or equal to " + std::to_string(*shape.least));
        }
        if (shape.most && size > *shape.most) {
            reportSize(value, shape, path, what + "less than or equal to " + std::to_string(*shape.most));
        }
    }

    void checkWord(const json& value, const Shape& shape, const Path& path) {
        const auto& word = value.get_ref<const std::string&>();
        if (std::find(shape.words.begin(), shape.words.end(), word) != shape.words.end()) return;
        std::string list;
        for (const std::string_view each : shape.words) {
            if (!list.empty()) list += ", ";
            list += each;
        }
        report(quoted(value, shape), path, "Member must satisfy enum value set: [" + list + "]");
    }

    void checkNames(const json& value, const Shape& shape, const Path& path) {
        if (value.is_string()) {
            const auto& name = value.get_ref<const std::string&>();
            if (name.empty() || isNameText(name) || isArn(value, shape)) return;
            report(quoted(value, shape), path,
                   "Member must satisfy regular expression pattern: " + std::string(kNamePattern));
            return;
        }
        constexpr std::size_t kLeast = 3;
        constexpr std::size_t kMost = 255;
        for (const auto& [name, element] : value.items()) {
            if (name.starts_with(kArnPrefix)) continue;
            if (name.size() >= kLeast && name.size() <= kMost && isNameText(name)) continue;
            report(quoted(value, shape), path,
                   "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must "
                   "have length greater than or equal to 3, Member must satisfy regular expression pattern: " +
                       std::string(kNamePattern) + "]");
        }
    }

    // Lists as elements of a map have the map say what they break.
    void checkElements(const json& value, const Shape& shape, const Path& path) {
        const Shape& element = *shape.element;
        const bool namesIts = shape.kind == Kind::map && element.kind == Kind::list && element.most;
        std::size_t number = 0;
        for (const auto& [name, each] : value.items()) {
            ++number;
            const std::string place = (shape.kind == Kind::map ? name : std::to_string(number)) + ".member";
            const Path at = path.then(place, place);
            if (!namesIts) {
                check(each, element, at);
                continue;
            }
            const auto size = static_cast<std::int64_t>(each.size());
            if (size > *element.most || size < element.least.value_or(0)) {
                report(quoted(value, shape), path,
                       "Map value must satisfy constraint: [Member must have length less than or equal to " +
                           std::to_string(*element.most) + ", Member must have length greater than or equal to " +
                           std::to_string(element.least.value_or(0)) + "]");
            }
            checkElements(each, element, at);
        }
    }

    // Tables can be named by their ARN, which is longer and has other characters.
    static bool isArn(const json& value, const Shape& shape) {
        return shape.isName && value.get_ref<const std::string&>().starts_with(kArnPrefix);
    }

    static std::string quoted(const json& value, const Shape& shape) { return "'" + printed(value, shape) + "'"; }

    void reportSize(const json& value, const Shape& shape, const Path& path, const std::string& constraint) {
        if (m_wording == Wording::echoing || value.is_string()) return report(quoted(value, shape), path, constraint);
        add("Value at '" + path.exact + "' failed to satisfy constraint: " + constraint);
    }

    void report(const std::string& value, const Path& path, const std::string& constraint) {
        add("Value " + value + " at '" + path.lowered + "' failed to satisfy constraint: " + constraint);
    }

    void add(const std::string& report) {
        if (m_count == kMaxReported) return;
        if (m_count++ > 0) m_reports += "; ";
        m_reports += report;
    }

    Wording m_wording;
    std::size_t m_count = 0;
    std::string m_reports;
};

constexpr std::array<std::string_view, 3> kCapacityWords = {"INDEXES", "TOTAL", "NONE"};

constexpr Shape mapOf(const Shape& element) {
    Shape shape;
    shape.kind = Kind::map;
    shape.element = &element;
    return shape;
}

constexpr Shape named(std::int64_t least) {
    Shape shape;
    shape.least = least;
    shape.most = 255;
    shape.isName = true;
    return shape;
}

}  // namespace

constinit const Shape kText{};
constinit const Shape kFlag{.kind = Kind::boolean};
constinit const Shape kTableName = named(1);
constinit const Shape kIndexName = named(3);
constinit const Shape kValue{.kind = Kind::value};
constinit const Shape kValueMap = mapOf(kValue);
constinit const Shape kNameMap = mapOf(kText);
constinit const Shape kConsumedCapacity{.words = kCapacityWords};

Result<void> checkBody(const json& body, std::span<const Member> members, Wording wording) {
    DRYDOCK_TRY(checkMemberTypes(body, members));
    ConstraintChecker checker(wording);
    checker.checkMembers(body, members, {});
    return checker.result();
}

const json* find(const json& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool has(const json& object, std::string_view name) {
    return find(object, name) != nullptr;
}

std::string text(const json& object, std::string_view name) {
    const json* value = find(object, name);
    return value != nullptr ? value->get<std::string>() : std::string();
}

bool flag(const json& object, std::string_view name, bool fallback) {
    const json* value = find(object, name);
    return value != nullptr ? value->get<bool>() : fallback;
}

std::optional<std::int64_t> integer(const json& object, std::string_view name) {
    const json* value = find(object, name);
    if (value == nullptr) return std::nullopt;
    return wholeNumber(*value);
}

std::string tableName(std::string_view nameOrArn) {
    // arn:aws:dynamodb:<region>:<account>:table/<name>
    constexpr std::string_view kTable = ":table/";
    const std::size_t at = nameOrArn.starts_with(kArnPrefix) ? nameOrArn.find(kTable) : std::string_view::npos;
    if (at == std::string_view::npos) return std::string(nameOrArn);
    return std::string(nameOrArn.substr(at + kTable.size()));
}

}  // namespace drydock::storage::api
