#include "app/endpoint/access_keys.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <openssl/rand.h>
#include <nlohmann/json.hpp>

#include "app/services/file_descriptor.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kIdCharacters = 16;  // behind its prefix
constexpr std::size_t kSecretCharacters = 40;

// `alphabet` has a number of characters that divides 256, so that all are equally likely.
Result<std::string> randomText(std::size_t length, std::string_view alphabet) {
    std::string text(length, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(length)) != 1) {
        return fail(ErrorCode::internal, "The system gives no random numbers just now.");
    }
    for (char& c : text) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
    return text;
}

Result<AccessKey> newKey(bool readOnly, std::int64_t nowMs) {
    constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr std::string_view kSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    AccessKey key;
    DRYDOCK_ASSIGN(key.id, randomText(kIdCharacters, kIdAlphabet));
    key.id.insert(0, "AKIA");
    DRYDOCK_ASSIGN(key.secret, randomText(kSecretCharacters, kSecretAlphabet));
    key.readOnly = readOnly;
    key.createdMs = nowMs;
    return key;
}

json keyToJson(const AccessKey& key) {
    return {{"accessKeyId", key.id},
            {"secretAccessKey", key.secret},
            {"readOnly", key.readOnly},
            {"createdMs", key.createdMs}};
}

bool readKey(const json& value, AccessKey& key) {
    if (!value.is_object()) return false;
    const auto id = value.find("accessKeyId");
    const auto secret = value.find("secretAccessKey");
    const auto readOnly = value.find("readOnly");
    const auto created = value.find("createdMs");
    if (id == value.end() || !id->is_string() || secret == value.end() || !secret->is_string()) return false;
    // A key that doesn't say what it may do must not turn out to be one that may do everything.
    if (readOnly == value.end() || !readOnly->is_boolean()) return false;
    key = {id->get<std::string>(), secret->get<std::string>(), readOnly->get<bool>(), 0};
    if (created != value.end() && created->is_number_integer()) key.createdMs = created->get<std::int64_t>();
    return true;
}

Result<void> writeAll(int file, std::string_view text, const std::string& failure) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail(systemError(failure));
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(file) != 0) return fail(systemError(failure));
    return {};
}

}  // namespace

AccessKeyFile::AccessKeyFile(const std::filesystem::path& storeDirectory) : m_path(storeDirectory / "keys.json") {}

Result<std::vector<AccessKey>> AccessKeyFile::read() const {
    std::ifstream stream(m_path, std::ios::binary);
    if (!stream) {
        if (errno == ENOENT || errno == ENOTDIR) return std::vector<AccessKey>();
        return fail(systemError("Can't read " + m_path.string()));
    }
    const json document = json::parse(std::string(std::istreambuf_iterator<char>(stream), {}), nullptr, false);
    const auto corrupt = [this] {
        return fail(ErrorCode::corrupt, m_path.string() + " can't be understood as a file of access keys.");
    };
    if (!document.is_object() || document.value("format", json()) != kFormat) return corrupt();
    const json values = document.value("keys", json());
    if (!values.is_array()) return corrupt();
    std::vector<AccessKey> keys(values.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!readKey(values[i], keys[i])) return corrupt();
    }
    return keys;
}

Result<void> AccessKeyFile::write(const std::vector<AccessKey>& keys) const {
    json values = json::array();
    for (const AccessKey& key : keys) values.push_back(keyToJson(key));
    const std::string text = json{{"format", kFormat}, {"keys", std::move(values)}}.dump(1) + '\n';

    const std::string failure = "Can't write " + m_path.string();
    const std::string fresh = m_path.string() + ".new";
    unlink(fresh.c_str());  // of somebody who was killed
    const FileDescriptor file(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.valid()) return fail(systemError(failure));
    DRYDOCK_TRY(writeAll(file.get(), text, failure));
    if (rename(fresh.c_str(), m_path.c_str()) != 0) return fail(systemError(failure));
    return {};
}

// The directory's lock keeps others from changing the keys meanwhile.
template <class Change>
Result<void> AccessKeyFile::change(Change&& change) {
    const std::string directory = m_path.parent_path().string();
    std::error_code error;
    if (std::filesystem::create_directories(directory, error)) chmod(directory.c_str(), S_IRWXU);
    const FileDescriptor lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock.valid() || flock(lock.get(), LOCK_EX) != 0) {
        return fail(systemError("Can't open the directory " + directory));
    }
    DRYDOCK_ASSIGN(std::vector<AccessKey> keys, read());
    DRYDOCK_TRY(change(keys));
    DRYDOCK_TRY(write(keys));
    if (fsync(lock.get()) != 0) return fail(systemError("Can't write the directory " + directory));
    return {};
}

Result<AccessKey> AccessKeyFile::create(bool readOnly, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(AccessKey key, newKey(readOnly, nowMs));
    DRYDOCK_TRY(change([&key](std::vector<AccessKey>& keys) -> Result<void> {
        keys.push_back(key);
        return {};
    }));
    return key;
}

Result<void> AccessKeyFile::remove(std::string_view id) {
    DRYDOCK_ASSIGN(const std::vector<AccessKey> before, read());
    const auto isIt = [id](const AccessKey& key) { return key.id == id; };
    const auto missing = [id] { return fail(ErrorCode::notFound, "There is no access key " + std::string(id) + "."); };
    // Looked for first, so that nothing is made where there never was a key.
    if (std::none_of(before.begin(), before.end(), isIt)) return missing();
    return change([&](std::vector<AccessKey>& keys) -> Result<void> {
        if (std::erase_if(keys, isIt) == 0) return missing();
        return {};
    });
}

const AccessKey* AccessKeys::find(std::string_view id) {
    refresh();
    const auto found = std::find_if(m_keys.begin(), m_keys.end(), [id](const AccessKey& key) { return key.id == id; });
    return found == m_keys.end() ? nullptr : &*found;
}

// Each change makes a new file, so a file that looks the same is the same.
void AccessKeys::refresh() {
    struct stat now {};
    if (stat(m_file.path().c_str(), &now) != 0) now = {};
    const auto identity = [](const struct stat& file) {
        return std::array<std::int64_t, 6>{static_cast<std::int64_t>(file.st_dev),
                                           static_cast<std::int64_t>(file.st_ino),
                                           file.st_size,
                                           file.st_mtim.tv_sec,
                                           file.st_mtim.tv_nsec,
                                           file.st_ctim.tv_nsec};
    };
    if (identity(now) == identity(m_seen)) return;
    m_seen = now;
    ++m_version;
    auto keys = m_file.read();
    m_keys = keys ? std::move(*keys) : std::vector<AccessKey>();
}

}  // namespace drydock::app
