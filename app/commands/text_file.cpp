#include "app/commands/text_file.h"

#include <cerrno>
#include <fstream>

#include "app/services/file_descriptor.h"

namespace drydock::app {

using storage::ErrorCode;
using storage::Result;

namespace {

// Such a file has to fit into one request.
constexpr std::size_t kMostBytes = 512UL * 1024;

}  // namespace

Result<std::string> readTextFile(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return fail(systemError("Can't read " + file.string()));
    std::string text(kMostBytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) return fail(systemError("Can't read " + file.string()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMostBytes) return fail(ErrorCode::io, file.string() + " is larger than 512 KiB.");
    return text;
}

}  // namespace drydock::app
