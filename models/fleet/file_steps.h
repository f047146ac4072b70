// FileSteps: changes to files on disk, one step at a time. Whoever keeps files and records together makes its changes
// through here, so that a test can stop the world before any of them.
//
// Thread: any; the gate is called by the thread that makes the step.
// Durability: what a step has done is on disk when it returns, except the content of files before finish() or sync().
// Errors: ErrorCode::io or diskFull, naming the file; the step has not happened then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/base/result.h"

namespace drydock::fleet {

// The error of a system call on files; `number` is errno.
[[nodiscard]] tl::unexpected<storage::Error> fileError(int number, const std::string& what);

// A file's descriptor; closes it.
class FileHandle {
public:
    explicit FileHandle(int descriptor = -1) : m_descriptor(descriptor) {}
    FileHandle(FileHandle&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    FileHandle& operator=(FileHandle&&) = delete;
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;
    ~FileHandle();

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

class FileSteps {
public:
    // Asked before each step; its error keeps the step from happening.
    using Gate = std::function<storage::Result<void>(std::string_view step)>;

    // A new file while it is written.
    class Writer {
    public:
        [[nodiscard]] storage::Result<void> write(std::string_view bytes);
        // Puts the content on disk.
        [[nodiscard]] storage::Result<void> finish();

    private:
        friend class FileSteps;
        Writer(FileHandle file, std::filesystem::path path, Gate gate)
            : m_file(std::move(file)), m_path(std::move(path)), m_gate(std::move(gate)) {}

        FileHandle m_file;
        std::filesystem::path m_path;
        Gate m_gate;
    };

    explicit FileSteps(Gate gate = {}) : m_gate(std::move(gate)) {}

    // With those above it; one that is there already is no error.
    [[nodiscard]] storage::Result<void> makeDirectories(const std::filesystem::path& directory) const;
    // Fails when there is such a file. Its directory isn't synced: a file that matters is moved to its place.
    [[nodiscard]] storage::Result<Writer> create(const std::filesystem::path& path) const;
    // Of a file or a directory, within one file system. The new name must not be in use by a directory with files.
    [[nodiscard]] storage::Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to) const;
    // Of a file or an empty directory; one that is gone already is no error.
    [[nodiscard]] storage::Result<void> remove(const std::filesystem::path& path) const;
    // Of a directory with all that is in it, file by file; likewise.
    [[nodiscard]] storage::Result<void> removeTree(const std::filesystem::path& directory) const;
    // Puts all that was written below `directory` on disk.
    [[nodiscard]] storage::Result<void> sync(const std::filesystem::path& directory) const;

private:
    Gate m_gate;
};

// The names in a directory, sorted; without the directory: none.
[[nodiscard]] storage::Result<std::vector<std::string>> namesIn(const std::filesystem::path& directory);

// A random UUID, version 4.
[[nodiscard]] storage::Result<std::string> randomUuid();

}  // namespace drydock::fleet
