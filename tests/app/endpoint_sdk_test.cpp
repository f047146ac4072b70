// The endpoint as Amazon's own tools meet it: the SDK for Python and the command line, both as Debian has them.
#include <csignal>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/ctl.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using nlohmann::json;

class EndpointSdkTest : public ::testing::Test {
protected:
    EndpointSdkTest()
        : m_serve({"--store", m_directory.path().string(), "--endpoint", "127.0.0.1:0"}),
          m_url(m_serve.ready()["endpoint"]),
          m_key(tests::jsonLines(tests::runCtl({"--store", m_directory.path().string(), "keys", "create"}).out).at(0)) {
    }
    ~EndpointSdkTest() override { EXPECT_EQ(m_serve.stop(SIGTERM)["waiting"], 0); }

    [[nodiscard]] tests::FinishedProcess aws(std::vector<std::string> words) const {
        std::vector<std::string> command = {"/usr/bin/env",
                                            "AWS_ACCESS_KEY_ID=" + m_key["accessKeyId"].get<std::string>(),
                                            "AWS_SECRET_ACCESS_KEY=" + m_key["secretAccessKey"].get<std::string>(),
                                            "AWS_DEFAULT_REGION=eu-central-1",
                                            "AWS_PAGER=",
                                            "/usr/bin/aws",
                                            "dynamodb",
                                            "--output",
                                            "json",
                                            "--endpoint-url",
                                            m_url};
        command.insert(command.end(), words.begin(), words.end());
        return tests::runProcess(command);
    }

    const tests::TemporaryDirectory m_directory;
    tests::ServeProcess m_serve;
    const std::string m_url;
    const json m_key;
};

TEST_F(EndpointSdkTest, TheSdkForPythonFindsNothingMissing) {
    const tests::FinishedProcess checked =
        tests::runProcess({"/usr/bin/python3", std::string(DRYDOCK_SOURCE_DIR) + "/tests/app/endpoint_boto3.py", m_url,
                           m_key["accessKeyId"], m_key["secretAccessKey"]});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.error;
}

TEST_F(EndpointSdkTest, AmazonsCommandLineMakesFillsAndReadsATable) {
    const auto created =
        aws({"create-table", "--table-name", "Notes", "--billing-mode", "PAY_PER_REQUEST", "--attribute-definitions",
             "AttributeName=id,AttributeType=S", "--key-schema", "AttributeName=id,KeyType=HASH"});
    ASSERT_EQ(created.status, 0) << created.error;
    EXPECT_EQ(aws({"put-item", "--table-name", "Notes", "--item", R"({"id":{"S":"a"},"n":{"N":"1"}})"}).status, 0);
    const auto found = aws({"get-item", "--table-name", "Notes", "--key", R"({"id":{"S":"a"}})"});
    EXPECT_EQ(json::parse(found.out, nullptr, false), json::parse(R"({"Item":{"id":{"S":"a"},"n":{"N":"1"}}})"))
        << found.error;
    const auto refused = aws({"delete-table", "--table-name", "Nowhere"});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.error.find("ResourceNotFoundException"), std::string::npos) << refused.error;
}

}  // namespace
}  // namespace drydock::app
