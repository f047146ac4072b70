// Reading what a SELECT was planned to, page by page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/api/answers.h"
#include "storage/partiql/planner.h"

namespace drydock::storage::api {

// Where a SELECT goes on: in which of its reads, behind which item (none: from that read's beginning).
struct ReadPosition {
    std::size_t read = 0;
    std::optional<Item> after;
};

// NextToken. It says which request it belongs to (`request`: the statement and its parameters, however written).
[[nodiscard]] std::string writeToken(const ReadPosition& position, std::string_view request);
[[nodiscard]] Result<ReadPosition> readToken(std::string_view token, std::string_view request);

struct StatementPage {
    std::vector<Item> items;
    std::optional<ReadPosition> next;
    CapacityUnits units;
};
// At most `limit` items looked at, and about 1 MB of them.
[[nodiscard]] Result<StatementPage> readStatementPage(TableReader& reader, const partiql::ReadPlan& plan,
                                                      std::optional<std::uint32_t> limit, ReadPosition from);

}  // namespace drydock::storage::api
