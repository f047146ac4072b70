#include "app/services/file_descriptor.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace drydock::app {

FileDescriptor::~FileDescriptor() {
    if (valid()) close(m_descriptor);
}

storage::Error systemError(const std::string& what) {
    return {storage::ErrorCode::io, what + ": " + std::generic_category().message(errno), 0};
}

}  // namespace drydock::app
