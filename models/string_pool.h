// StringPool: strings that repeat a lot, held once and numbered. Counts its users and forgets a string nobody uses.
// Thread: one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drydock::models {

class StringPool {
public:
    using Id = std::uint32_t;
    static constexpr Id kEmpty = 0;  // "" is always number 0

    StringPool();
    StringPool(const StringPool&) = delete;
    StringPool& operator=(const StringPool&) = delete;

    [[nodiscard]] Id acquire(std::string_view text);
    void release(Id id);
    // The number of a text in use; kEmpty for "", and for what nobody uses.
    [[nodiscard]] Id find(std::string_view text) const;
    [[nodiscard]] std::string_view text(Id id) const { return m_entries[id].text; }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }  // numbers given out, free ones too
    [[nodiscard]] bool inUse(Id id) const { return id == kEmpty || m_entries[id].users > 0; }
    // Grows whenever a number gets another meaning: what was computed per number is void then.
    [[nodiscard]] std::uint64_t version() const { return m_version; }
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Entry {
        std::string text;
        std::uint32_t users = 0;
    };
    struct Hash {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::vector<Entry> m_entries;
    std::unordered_map<std::string, Id, Hash, std::equal_to<>> m_ids;
    std::vector<Id> m_free;
    std::uint64_t m_version = 0;
};

}  // namespace drydock::models
