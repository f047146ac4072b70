// The HTTP server with answers that are files.

#include <fcntl.h>

#include <fstream>

#include <gtest/gtest.h>

#include "app/endpoint/http_server.h"
#include "tests/support/http_client.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using tests::HttpAnswer;
using tests::HttpClient;

// Answers with the file, said to have a certain size.
class FileHandler final : public HttpHandler {
public:
    std::optional<HttpResponse> handle(const HttpRequest& request, const LaterResponse& /*later*/) override {
        HttpResponse response;
        if (request.path() == "/other") return HttpResponse{200, {}, "other"};
        response.file = std::make_shared<const HttpFile>(
            HttpFile{FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC)), sizeBytes});
        return response;
    }

    std::filesystem::path path;
    std::uint64_t sizeBytes = 0;
};

class EndpointFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        HttpLimits limits;
        limits.answer = std::chrono::milliseconds(1'000);
        auto server = HttpServer::start({}, limits, m_clock, m_handler);
        ASSERT_TRUE(server) << server.error().message;
        m_server = std::move(*server);
        m_handler.path = m_directory / "file";
    }
    void write(const std::string& bytes) {
        std::ofstream(m_handler.path, std::ios::binary) << bytes;
        m_handler.sizeBytes = bytes.size();
    }
    [[nodiscard]] HttpClient connect() const { return HttpClient(m_server->address().port); }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    FileHandler m_handler;
    std::unique_ptr<HttpServer> m_server;
};

TEST_F(EndpointFileTest, AFileIsSentWholeAndTheConnectionGoesOn) {
    std::string bytes(1'000'003, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 251);
    write(bytes);
    HttpClient client = connect();
    for (int i = 0; i < 3; ++i) {
        const HttpAnswer answer = client.request("GET", "/");
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.at("content-length"), std::to_string(bytes.size()));
        EXPECT_TRUE(answer.body == bytes);
    }
    EXPECT_EQ(client.request("GET", "/other").body, "other");
}

TEST_F(EndpointFileTest, AnEmptyFileIsAnEmptyBody) {
    write("");
    const HttpAnswer answer = connect().request("GET", "/");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.headers.at("content-length"), "0");
}

TEST_F(EndpointFileTest, AFileThatIsShorterThanPromisedBreaksTheConnection) {
    write("short");
    m_handler.sizeBytes = 1'000'000;
    HttpClient client = connect();
    client.send(tests::requestText("GET", "/", {{"Host", "x"}}, ""));
    EXPECT_FALSE(client.receive());
    EXPECT_EQ(connect().request("GET", "/other").body, "other");
}

TEST_F(EndpointFileTest, WhoTakesNothingOfAFileIsDropped) {
    write("");
    std::filesystem::resize_file(m_handler.path, 64 * 1024 * 1024);
    m_handler.sizeBytes = 64 * 1024 * 1024;
    HttpClient slow = connect();
    slow.send(tests::requestText("GET", "/", {{"Host", "x"}}, ""));
    // Each piece that still goes out to the sockets' buffers gives new time; then nothing more does.
    constexpr int kMorePiecesThanBuffersHold = 400;
    HttpClient other = connect();
    for (int i = 0; i < kMorePiecesThanBuffersHold; ++i) {
        m_clock.advance(1'001);
        EXPECT_EQ(other.request("GET", "/other").body, "other");
    }
    EXPECT_TRUE(slow.closed());
}

}  // namespace
}  // namespace drydock::app
