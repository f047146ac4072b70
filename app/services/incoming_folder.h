// IncomingFolder: a folder where packages are dropped, each told of once it is complete: closed after it was written,
// or moved in.
//
// Thread: one at a time. Only names that end in .zip are told of, and none that begins with a dot: what else is there
// is somebody's half copy.
#pragma once

#include <filesystem>
#include <set>
#include <vector>

#include "app/services/file_descriptor.h"
#include "storage/base/result.h"

namespace drydock::app {

class IncomingFolder {
public:
    // Makes the folder where it is missing.
    [[nodiscard]] static storage::Result<IncomingFolder> open(std::filesystem::path directory);

    // The files that became complete since the last call; at the first call and after lookAgain(), all that lie there
    // and that nobody writes. Doesn't wait.
    [[nodiscard]] storage::Result<std::vector<std::filesystem::path>> take();
    void lookAgain() { m_look = true; }

private:
    IncomingFolder(std::filesystem::path directory, FileDescriptor events)
        : m_directory(std::move(directory)), m_events(std::move(events)) {}
    [[nodiscard]] storage::Result<void> watch();
    [[nodiscard]] storage::Result<void> takeEvents(std::set<std::string>& names);
    [[nodiscard]] storage::Result<void> look(std::set<std::string>& names) const;

    std::filesystem::path m_directory;
    FileDescriptor m_events;
    bool m_look = true;
};

}  // namespace drydock::app
