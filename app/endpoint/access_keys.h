// The access keys of a store's endpoint: `keys.json` in its directory, mode 0600.
//
// The file is replaced as a whole, so a reader sees one state or the other, and a process that serves and one that
// changes the keys need not know of each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "storage/base/result.h"

namespace drydock::app {

struct AccessKey {
    std::string id;      // 20 capital letters and digits, "AKIA" first
    std::string secret;  // 40 characters
    bool readOnly = false;
    std::int64_t createdMs = 0;
};

// Any number of processes may use a store's file at once; changes happen one after the other.
class AccessKeyFile {
public:
    explicit AccessKeyFile(const std::filesystem::path& storeDirectory);

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    // No file is no keys. ErrorCode::corrupt names a file that can't be understood.
    [[nodiscard]] storage::Result<std::vector<AccessKey>> read() const;
    // Makes the file, and the store's directory, where missing.
    [[nodiscard]] storage::Result<AccessKey> create(bool readOnly, std::int64_t nowMs);
    // ErrorCode::notFound when there is no such key.
    [[nodiscard]] storage::Result<void> remove(std::string_view id);

private:
    template <class Change>
    [[nodiscard]] storage::Result<void> change(Change&& change);
    [[nodiscard]] storage::Result<void> write(const std::vector<AccessKey>& keys) const;

    std::filesystem::path m_path;
};

// The keys as they are in the file now, for who asks often. Thread: one at a time.
class AccessKeys {
public:
    explicit AccessKeys(AccessKeyFile file) : m_file(std::move(file)) {}

    // Nothing when there is no such key, or the file can't be read. Valid until the next call.
    [[nodiscard]] const AccessKey* find(std::string_view id);
    // Grows whenever the keys may have changed.
    [[nodiscard]] std::uint64_t version() const { return m_version; }

private:
    void refresh();

    AccessKeyFile m_file;
    struct stat m_seen {};  // the file that m_keys were read from
    std::vector<AccessKey> m_keys;
    std::uint64_t m_version = 0;
};

}  // namespace drydock::app
