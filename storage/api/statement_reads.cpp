#include "storage/api/statement_reads.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/value/base64.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

// Source: Amazon DynamoDB API reference, ExecuteStatement: a response holds at most 1 MB of data.
constexpr std::uint64_t kPageBytes = 1024ULL * 1024;
// A token is a key within two levels of JSON.
constexpr int kTokenDepth = 8;

// FNV-1a: tells requests apart by mistake, not by malice.
std::uint64_t fingerprint(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return hash;
}

// One read's contribution to a page.
class PageReader {
public:
    PageReader(TableReader& reader, const partiql::ReadPlan& plan, std::optional<std::uint32_t> limit)
        : m_reader(reader), m_plan(plan), m_left(limit) {}

    Result<StatementPage> run(ReadPosition from) {
        for (std::size_t i = from.read; i < m_plan.reads.size(); ++i) {
            if (i > from.read && (m_left == 0U || m_bytes >= kPageBytes)) {
                m_page.next = ReadPosition{i, std::nullopt};
                return std::move(m_page);
            }
            const auto visit = [&](const auto& request) { return read(request, std::exchange(from.after, {})); };
            DRYDOCK_ASSIGN(std::optional<Item> last, std::visit(visit, m_plan.reads[i]));
            if (!last) continue;
            m_page.next = ReadPosition{i, std::move(last)};
            break;
        }
        return std::move(m_page);
    }

private:
    void take(Item item) { m_page.items.push_back(partiql::selected(m_plan.columns, std::move(item))); }

    void count(std::uint64_t looked, std::uint64_t bytes) {
        if (m_left) *m_left -= static_cast<std::uint32_t>(std::min<std::uint64_t>(looked, *m_left));
        m_bytes += bytes;
    }

    // All give the key behind which the read goes on, if it does.
    Result<std::optional<Item>> read(const GetRequest& request, const std::optional<Item>& /*after*/) {
        DRYDOCK_ASSIGN(std::vector<Result<GetResult>> results, m_reader.getAll({request}));
        DRYDOCK_ASSIGN(GetResult result, std::move(results.front()));
        add(m_page.units, {readUnits(result.sizeBytes), {}});
        count(1, result.sizeBytes);
        if (result.item) take(*std::move(result.item));
        return std::optional<Item>();
    }

    Result<std::optional<Item>> read(QueryRequest request, std::optional<Item> after) {
        request.limit = m_left;
        request.exclusiveStartKey = std::move(after);
        DRYDOCK_ASSIGN(Page page, m_reader.query(request));
        return takePage(std::move(page), request.index);
    }

    Result<std::optional<Item>> read(ScanRequest request, std::optional<Item> after) {
        request.limit = m_left;
        request.exclusiveStartKey = std::move(after);
        DRYDOCK_ASSIGN(Page page, m_reader.scan(request));
        return takePage(std::move(page), request.index);
    }

    std::optional<Item> takePage(Page page, const std::string& index) {
        add(m_page.units, pageUnits(page, index));
        count(page.scannedCount, page.scannedBytes);
        for (Item& item : page.items) take(std::move(item));
        return std::move(page.lastEvaluatedKey);
    }

    TableReader& m_reader;
    const partiql::ReadPlan& m_plan;
    std::optional<std::uint32_t> m_left;
    std::uint64_t m_bytes = 0;
    StatementPage m_page;
};

}  // namespace

std::string writeToken(const ReadPosition& position, std::string_view request) {
    std::string text = "{\"h\":" + std::to_string(fingerprint(request)) + ",\"r\":" + std::to_string(position.read);
    if (position.after) {
        text += ",\"k\":";
        appendItemJson(*position.after, text);
    }
    text += '}';
    return encodeBase64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Result<ReadPosition> readToken(std::string_view token, std::string_view request) {
    const Result<Binary> bytes = decodeBase64(token);
    if (!bytes) return invalid("Invalid NextToken");
    const Result<json> content = parseJson(std::string(bytes->begin(), bytes->end()), kTokenDepth);
    if (!content || !content->is_object()) return invalid("Invalid NextToken");
    const auto hash = content->find("h");
    const auto read = content->find("r");
    if (hash == content->end() || !hash->is_number_unsigned() || read == content->end() ||
        !read->is_number_unsigned()) {
        return invalid("Invalid NextToken");
    }
    if (hash->get<std::uint64_t>() != fingerprint(request)) return invalid("NextToken does not match request");
    ReadPosition position;
    position.read = read->get<std::size_t>();
    if (const auto key = content->find("k"); key != content->end()) {
        Result<Item> after = itemFromJson(*key);
        if (!after) return invalid("Invalid NextToken");
        position.after = *std::move(after);
    }
    return position;
}

Result<StatementPage> readStatementPage(TableReader& reader, const partiql::ReadPlan& plan,
                                        std::optional<std::uint32_t> limit, ReadPosition from) {
    return PageReader(reader, plan, limit).run(std::move(from));
}

}  // namespace drydock::storage::api
