// IntegrityCheck: has the pages of the store's file checked once, in the background, after it was opened.
//
// Thread: has one of its own, of low priority, on which `found` is called; the destructor ends it, wherever it is.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "storage/store/file_check.h"

namespace drydock::app {

class IntegrityCheck {
public:
    // `found`: called once with what is to be told of the damage, if there is some.
    using Found = std::function<void(std::string trouble)>;
    IntegrityCheck(const std::filesystem::path& directory, const storage::StoreOptions& options, Found found);
    ~IntegrityCheck();
    IntegrityCheck(const IntegrityCheck&) = delete;
    IntegrityCheck& operator=(const IntegrityCheck&) = delete;

private:
    void run();

    const std::filesystem::path m_file;
    const Found m_found;
    storage::FileCheck m_check;
    std::thread m_thread;
};

}  // namespace drydock::app
