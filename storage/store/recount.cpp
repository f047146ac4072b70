#include "storage/store/recount.h"

#include <string>
#include <utility>
#include <vector>

#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

Result<void> recountTable(sqlite::Connection& connection, const std::string& id) {
    DRYDOCK_ASSIGN(sqlite::Statement rows, connection.prepare("SELECT key, size, item FROM data_" + id));
    std::vector<std::pair<std::string, std::int64_t>> wrong;  // key bytes and the size
    std::int64_t difference = 0;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, rows.step());
        if (!row) break;
        const Result<Item> item = decodeItem(rows.blob(2));
        if (!item) continue;
        const auto size = static_cast<std::int64_t>(itemSize(*item));
        if (size == rows.integer(1)) continue;
        difference += size - rows.integer(1);
        wrong.emplace_back(rows.blob(0), size);
    }
    if (wrong.empty()) return {};
    DRYDOCK_ASSIGN(sqlite::Statement update, connection.prepare("UPDATE data_" + id + " SET size = ?1 WHERE key = ?2"));
    for (const auto& [key, size] : wrong) DRYDOCK_TRY(update.bind(1, size).bindBlob(2, key).run());
    return connection.execute("UPDATE tables SET size_bytes = size_bytes + " + std::to_string(difference) +
                              " WHERE id = " + id);
}

}  // namespace

Result<void> recountSizes(sqlite::Connection& connection) {
    std::vector<std::string> ids;
    {
        DRYDOCK_ASSIGN(sqlite::Statement select, connection.prepare("SELECT id FROM tables"));
        for (;;) {
            DRYDOCK_ASSIGN(const bool row, select.step());
            if (!row) break;
            ids.push_back(std::to_string(select.integer(0)));
        }
    }
    for (const std::string& id : ids) DRYDOCK_TRY(recountTable(connection, id));
    return {};
}

}  // namespace drydock::storage
