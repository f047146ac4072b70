// RecoveryHost: what recovery needs of the store it serves.
//
// Thread: the store's. Lifetime: the store outlives what uses it.
#pragma once

#include <filesystem>
#include <functional>

#include "storage/store/writer.h"

namespace drydock::storage {

class RecoveryHost {
public:
    virtual ~RecoveryHost() = default;
    [[nodiscard]] virtual const std::filesystem::path& directory() const = 0;
    [[nodiscard]] virtual const std::string& vfs() const = 0;
    [[nodiscard]] virtual std::int64_t nowMs() const = 0;
    [[nodiscard]] virtual std::uint64_t lastSequence() const = 0;
    [[nodiscard]] virtual sqlite::Connection& connection() = 0;
    [[nodiscard]] virtual const Catalogue& catalogue() const = 0;
    [[nodiscard]] virtual Result<TableDescription> describe(std::string_view table) = 0;
    // A connection of its own, for reading.
    [[nodiscard]] virtual Result<sqlite::Connection> openForReading() = 0;
    // Runs `work` in one transaction. readOnly where the store is.
    using Work = std::function<Result<void>(Writer&)>;
    [[nodiscard]] virtual Result<void> change(const Work& work) = 0;
    // After a change of the catalogue.
    [[nodiscard]] virtual Result<void> reload() = 0;
};

}  // namespace drydock::storage
