#include "app/endpoint/http_server.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <thread>
#include <unordered_set>

#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/endpoint/listening.h"
#include "app/mqtt/wake_up.h"
#include "app/services/file_descriptor.h"

namespace drydock::app {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

// So many connections over the limit are still taken, to be told that they are too many.
constexpr std::size_t kToBeRefused = 64;
constexpr std::size_t kConnectionPoolBytes = 32 * 1024;  // holds a request's headers, at most
// A client that has sent this much of a body it was refused may hear of it by a reset.
constexpr std::uint64_t kMostDiscarded = 64 * 1024 * 1024;
constexpr std::size_t kFilePieceBytes = 64 * 1024;
constexpr std::int64_t kLookEveryMs = 1'000;
constexpr std::int64_t kNoDeadline = INT64_MAX;
constexpr std::chrono::seconds kLastAnswers{5};

struct ResponseHandle {
    explicit ResponseHandle(MHD_Response* response) : handle(response) {}
    ~ResponseHandle() { MHD_destroy_response(handle); }
    ResponseHandle(const ResponseHandle&) = delete;
    ResponseHandle& operator=(const ResponseHandle&) = delete;

    MHD_Response* handle;
};

ssize_t endOfBody(void* /*context*/, std::uint64_t /*position*/, char* /*buffer*/, std::size_t /*size*/) {
    return MHD_CONTENT_READER_END_OF_STREAM;
}

HttpResponse tooBusy() {
    return {503,
            {{"Content-Type", "application/x-amz-json-1.0"}, {"Connection", "close"}},
            R"({"__type":"com.amazon.coral.availability#ServiceUnavailableException",)"
            R"("message":"The server is overloaded. Try again later."})"};
}

// As the service does it: no body, and its end told by a chunk.
HttpResponse tooLarge() {
    return {413, {}, {}};
}

std::optional<std::uint64_t> contentLength(const HttpRequest& request) {
    const auto text = request.header("Content-Length");
    std::uint64_t length = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc()) {
        return std::nullopt;
    }
    return length;
}

}  // namespace

class HttpServer::Impl {
public:
    Impl(const EndpointAddress& address, const HttpLimits& limits, const storage::Clock& clock, HttpHandler& handler)
        : m_address(address), m_limits(limits), m_clock(clock), m_handler(handler) {}
    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] Result<void> start();
    [[nodiscard]] const EndpointAddress& address() const { return m_address; }

private:
    // A connection with the one request it may have under way.
    struct Connection {
        enum class Stage {
            headers,    // nothing but the target is known
            body,       // is coming
            refused,    // likewise, and thrown away
            working,    // the handler has it
            answering,  // the answer is queued
        };
        MHD_Connection* handle = nullptr;
        int socket = -1;
        std::int64_t deadlineMs = kNoDeadline;
        Stage stage = Stage::headers;
        std::string target;
        HttpRequest request;
        std::string body;
        std::uint64_t discarded = 0;
        HttpResponse response;
        std::size_t held = 0;  // of m_held
    };
    using Stage = Connection::Stage;

    void stop();
    void run();
    void wait() const;
    // Returns whether the server is to stop.
    bool takeAnswers();
    void dropLate();
    [[nodiscard]] bool finished() const;

    void opened(MHD_Connection* handle, void** context);
    void closed(Connection* connection);
    [[nodiscard]] Connection& connectionOf(MHD_Connection* handle) const;
    void begin(Connection& connection, const char* method);
    void completed(Connection& connection);
    MHD_Result take(Connection& connection, const char* method, const char* data, std::size_t& size);
    MHD_Result takeBody(Connection& connection, std::string_view data);
    MHD_Result refuse(Connection& connection, HttpResponse response, std::uint64_t length);
    static MHD_Result refuseAtEnd(Connection& connection, HttpResponse response);
    MHD_Result handle(Connection& connection);
    MHD_Result answer(Connection& connection, HttpResponse response);
    MHD_Response* makeResponse(Connection& connection);
    MHD_Response* makeFileResponse(Connection& connection);
    void setDeadline(Connection& connection, milliseconds allowed) const;
    void hold(Connection& connection, std::size_t bytes);

    EndpointAddress m_address;
    HttpLimits m_limits;
    const storage::Clock& m_clock;
    HttpHandler& m_handler;
    MHD_Daemon* m_daemon = nullptr;
    int m_events = -1;  // the daemon's epoll descriptor
    WakeUp m_wakeUp;
    std::thread m_thread;

    // The server's thread's own.
    std::unordered_set<Connection*> m_connections;
    std::size_t m_working = 0;    // requests the handler owes an answer for
    std::size_t m_answering = 0;  // answers under way
    std::size_t m_held = 0;       // bytes of bodies and answers
    std::int64_t m_nowMs = 0;
    std::int64_t m_nextLookMs = 0;
    bool m_closing = false;
    steady_clock::time_point m_closingSince;

    std::mutex m_mutex;  // guards what follows
    std::vector<std::pair<Connection*, ResponseMaker>> m_answers;
    bool m_stopRequested = false;
};

Result<void> HttpServer::Impl::start() {
    m_limits.connections = makeRoomForConnections(m_limits.connections, kToBeRefused);
    DRYDOCK_ASSIGN(FileDescriptor listener, listenAt(m_address));

    constexpr MHD_AccessHandlerCallback kTake = [](void* impl, MHD_Connection* handle, const char* /*url*/,
                                                   const char* method, const char* /*version*/, const char* data,
                                                   std::size_t* size, void** /*context*/) noexcept {
        auto& server = *static_cast<Impl*>(impl);
        return server.take(server.connectionOf(handle), method, data, *size);
    };
    constexpr MHD_RequestCompletedCallback kCompleted = [](void* impl, MHD_Connection* handle, void** /*context*/,
                                                           MHD_RequestTerminationCode /*how*/) noexcept {
        auto& server = *static_cast<Impl*>(impl);
        server.completed(server.connectionOf(handle));
    };
    constexpr MHD_NotifyConnectionCallback kConnection = [](void* impl, MHD_Connection* handle, void** context,
                                                            MHD_ConnectionNotificationCode what) noexcept {
        auto& server = *static_cast<Impl*>(impl);
        if (what == MHD_CONNECTION_NOTIFY_STARTED) return server.opened(handle, context);
        server.closed(static_cast<Connection*>(*context));
    };
    void* (*const kTarget)(void*, const char*, MHD_Connection*) = [](void* impl, const char* target,
                                                                     MHD_Connection* handle) noexcept -> void* {
        static_cast<Impl*>(impl)->connectionOf(handle).target = target;
        return nullptr;
    };

    m_daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, nullptr, nullptr, kTake,
                                this, MHD_OPTION_LISTEN_SOCKET, static_cast<MHD_socket>(listener.get()),  //
                                MHD_OPTION_CONNECTION_LIMIT, static_cast<unsigned>(m_limits.connections + kToBeRefused),
                                MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionPoolBytes,  //
                                MHD_OPTION_NOTIFY_COMPLETED, kCompleted, this,             //
                                MHD_OPTION_NOTIFY_CONNECTION, kConnection, this,           //
                                MHD_OPTION_URI_LOG_CALLBACK, kTarget, this, MHD_OPTION_END);
    if (m_daemon == nullptr) return fail(ErrorCode::io, "Can't serve at " + m_address.url() + ".");
    static_cast<void>(listener.release());  // the daemon's now
    m_events = MHD_get_daemon_info(m_daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    m_nowMs = m_clock.monotonicMs();
    m_thread = std::thread([this] { run(); });
    return {};
}

void HttpServer::Impl::stop() {
    if (!m_thread.joinable()) return;
    {
        const std::lock_guard lock(m_mutex);
        m_stopRequested = true;
    }
    m_wakeUp.notify();
    m_thread.join();
    MHD_stop_daemon(m_daemon);
}

void HttpServer::Impl::run() {
    for (;;) {
        m_nowMs = m_clock.monotonicMs();
        if (takeAnswers() && !m_closing) {
            m_closing = true;
            m_closingSince = steady_clock::now();
            // Nobody new; the descriptor is ours again.
            const FileDescriptor listener(MHD_quiesce_daemon(m_daemon));
        }
        MHD_run(m_daemon);
        if (m_closing && finished()) return;
        dropLate();
        wait();
    }
}

bool HttpServer::Impl::finished() const {
    if (m_working > 0) return false;
    return m_answering == 0 || steady_clock::now() - m_closingSince > kLastAnswers;
}

void HttpServer::Impl::wait() const {
    MHD_UNSIGNED_LONG_LONG pendingMs = 0;
    const bool pending = MHD_get_timeout(m_daemon, &pendingMs) == MHD_YES;
    const auto longest = static_cast<MHD_UNSIGNED_LONG_LONG>(kLookEveryMs);
    pollfd events[] = {{m_events, POLLIN, 0}, {m_wakeUp.descriptor(), POLLIN, 0}};
    poll(events, std::size(events), static_cast<int>(pending ? std::min(pendingMs, longest) : longest));
    if (events[1].revents != 0) m_wakeUp.clear();
}

bool HttpServer::Impl::takeAnswers() {
    std::vector<std::pair<Connection*, ResponseMaker>> answers;
    bool stopRequested = false;
    {
        const std::lock_guard lock(m_mutex);
        answers.swap(m_answers);
        stopRequested = m_stopRequested;
    }
    for (const auto& [connection, make] : answers) {
        --m_working;
        answer(*connection, make());
        MHD_resume_connection(connection->handle);
    }
    return stopRequested;
}

// The daemon finds the connection closed then, and tidies up as if the client had done it.
void HttpServer::Impl::dropLate() {
    if (m_nowMs < m_nextLookMs) return;
    m_nextLookMs = m_nowMs + kLookEveryMs;
    for (const Connection* connection : m_connections) {
        if (connection->deadlineMs <= m_nowMs) shutdown(connection->socket, SHUT_RDWR);
    }
}

void HttpServer::Impl::setDeadline(Connection& connection, milliseconds allowed) const {
    connection.deadlineMs = m_nowMs + allowed.count();
}

void HttpServer::Impl::hold(Connection& connection, std::size_t bytes) {
    connection.held += bytes;
    m_held += bytes;
}

void HttpServer::Impl::opened(MHD_Connection* handle, void** context) {
    auto connection = std::make_unique<Connection>();
    connection->handle = handle;
    connection->socket = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    setDeadline(*connection, m_limits.idle);
    m_connections.insert(connection.get());
    *context = connection.release();
}

void HttpServer::Impl::closed(Connection* connection) {
    const std::unique_ptr<Connection> owned(connection);
    m_held -= connection->held;
    m_connections.erase(connection);
}

HttpServer::Impl::Connection& HttpServer::Impl::connectionOf(MHD_Connection* handle) const {
    return *static_cast<Connection*>(
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
}

void HttpServer::Impl::completed(Connection& connection) {
    if (connection.stage == Stage::answering) --m_answering;
    m_held -= connection.held;
    connection.held = 0;
    connection.stage = Stage::headers;
    connection.request = {};
    connection.body = {};
    connection.response = {};
    connection.discarded = 0;
    setDeadline(connection, m_limits.idle);
}

// The headers are there.
void HttpServer::Impl::begin(Connection& connection, const char* method) {
    connection.request.method = method;
    connection.request.target = connection.target;
    constexpr MHD_KeyValueIteratorN kAdd = [](void* headers, MHD_ValueKind /*kind*/, const char* name,
                                              std::size_t nameSize, const char* value, std::size_t valueSize) noexcept {
        static_cast<std::vector<HttpHeader>*>(headers)->push_back({{name, nameSize}, {value, valueSize}});
        return MHD_YES;
    };
    MHD_get_connection_values_n(connection.handle, MHD_HEADER_KIND, kAdd, &connection.request.headers);
    connection.stage = Stage::body;
    setDeadline(connection, m_limits.body);
}

MHD_Result HttpServer::Impl::take(Connection& connection, const char* method, const char* data, std::size_t& size) {
    if (connection.stage == Stage::headers) {
        begin(connection, method);
        const std::uint64_t length = contentLength(connection.request).value_or(0);
        if (m_closing || m_connections.size() > m_limits.connections) return refuse(connection, tooBusy(), length);
        if (length > m_limits.bodyBytes) return refuse(connection, tooLarge(), length);
        if (m_held + length > m_limits.heldBytes) return refuse(connection, tooBusy(), length);
        hold(connection, length);
        connection.body.reserve(length);
        return MHD_YES;
    }
    if (size > 0) {
        const std::string_view piece(data, size);
        size = 0;
        return takeBody(connection, piece);
    }
    if (connection.stage == Stage::refused) return answer(connection, std::move(connection.response));
    // An answer that couldn't be queued ends the connection; the request must not happen twice.
    return connection.stage == Stage::body ? handle(connection) : MHD_NO;
}

// Who asks first, or would send no end of it, hears at once.
MHD_Result HttpServer::Impl::refuse(Connection& connection, HttpResponse response, std::uint64_t length) {
    if (connection.request.header("Expect") || length > kMostDiscarded) return answer(connection, std::move(response));
    return refuseAtEnd(connection, std::move(response));
}

// Of the body, for the client might not listen before.
MHD_Result HttpServer::Impl::refuseAtEnd(Connection& connection, HttpResponse response) {
    connection.stage = Stage::refused;
    connection.response = std::move(response);
    return MHD_YES;
}

MHD_Result HttpServer::Impl::takeBody(Connection& connection, std::string_view data) {
    if (connection.stage == Stage::refused) {
        connection.discarded += data.size();
        return connection.discarded > kMostDiscarded ? MHD_NO : MHD_YES;
    }
    const std::size_t total = connection.body.size() + data.size();
    // A body in chunks hasn't said before how long it is.
    const bool unannounced = total > connection.held;
    if (unannounced && (total > m_limits.bodyBytes || m_held + data.size() > m_limits.heldBytes)) {
        connection.discarded = total;
        connection.body = {};
        return refuseAtEnd(connection, total > m_limits.bodyBytes ? tooLarge() : tooBusy());
    }
    if (unannounced) hold(connection, total - connection.held);
    connection.body.append(data);
    return MHD_YES;
}

MHD_Result HttpServer::Impl::handle(Connection& connection) {
    connection.request.body = connection.body;
    connection.stage = Stage::working;
    connection.deadlineMs = kNoDeadline;
    auto response = m_handler.handle(connection.request, [this, &connection](ResponseMaker make) {
        const std::lock_guard lock(m_mutex);
        if (m_answers.empty()) m_wakeUp.notify();
        m_answers.emplace_back(&connection, std::move(make));
    });
    if (response) return answer(connection, std::move(*response));
    ++m_working;
    // An answer that is there already waits for this thread to take it.
    MHD_suspend_connection(connection.handle);
    return MHD_YES;
}

MHD_Result HttpServer::Impl::answer(Connection& connection, HttpResponse response) {
    connection.response = std::move(response);
    connection.stage = Stage::answering;
    ++m_answering;
    hold(connection, connection.response.body.size());
    setDeadline(connection, m_limits.answer);
    const ResponseHandle made(makeResponse(connection));
    if (made.handle == nullptr) return MHD_NO;
    MHD_set_response_options(made.handle, MHD_RF_SEND_KEEP_ALIVE_HEADER, MHD_RO_END);
    for (const auto& [name, value] : connection.response.headers) {
        MHD_add_response_header(made.handle, name.c_str(), value.c_str());
    }
    return MHD_queue_response(connection.handle, static_cast<unsigned>(connection.response.status), made.handle);
}

MHD_Response* HttpServer::Impl::makeResponse(Connection& connection) {
    if (connection.response.status == MHD_HTTP_CONTENT_TOO_LARGE) {
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1, endOfBody, nullptr, nullptr);
    }
    if (connection.response.file) return makeFileResponse(connection);
    std::string& body = connection.response.body;
    return MHD_create_response_from_buffer(body.size(), body.data(), MHD_RESPMEM_PERSISTENT);
}

// A file may be long and its taker slow: each piece has the time that a whole answer has otherwise.
MHD_Response* HttpServer::Impl::makeFileResponse(Connection& connection) {
    struct Sending {
        Impl& server;
        Connection& connection;
        std::shared_ptr<const HttpFile> file;
    };
    constexpr MHD_ContentReaderCallback kRead = [](void* context, std::uint64_t position, char* buffer,
                                                   std::size_t size) noexcept -> ssize_t {
        const auto& sending = *static_cast<Sending*>(context);
        sending.server.setDeadline(sending.connection, sending.server.m_limits.answer);
        const ssize_t count = pread(sending.file->descriptor.get(), buffer, size, static_cast<off_t>(position));
        // The length has been promised: a file that is shorter by now, or can't be read, breaks the connection.
        return count > 0 ? count : static_cast<ssize_t>(MHD_CONTENT_READER_END_WITH_ERROR);
    };
    constexpr MHD_ContentReaderFreeCallback kFree = [](void* context) noexcept {
        delete static_cast<Sending*>(context);  // NOLINT(cppcoreguidelines-owning-memory): the library's by contract
    };
    hold(connection, kFilePieceBytes);
    auto sending = std::make_unique<Sending>(Sending{*this, connection, connection.response.file});
    MHD_Response* response =
        MHD_create_response_from_callback(sending->file->sizeBytes, kFilePieceBytes, kRead, sending.get(), kFree);
    if (response != nullptr) static_cast<void>(sending.release());
    return response;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const EndpointAddress& address, const HttpLimits& limits,
                                                      const storage::Clock& clock, HttpHandler& handler) {
    auto impl = std::make_unique<Impl>(address, limits, clock, handler);
    DRYDOCK_TRY(impl->start());
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

HttpServer::~HttpServer() = default;

const EndpointAddress& HttpServer::address() const {
    return m_impl->address();
}

}  // namespace drydock::app
