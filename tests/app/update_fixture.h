// UpdateTest: a core with an endpoint that is open to devices, and released firmware.
#pragma once

#include <memory>
#include <string>

#include "app/commands/command_arguments.h"
#include "app/endpoint/endpoint.h"
#include "models/fleet/firmware_package.h"
#include "tests/app/desk_core_fixture.h"

namespace drydock::app {

class UpdateTest : public DeskCoreTest {
protected:
    void TearDown() override { m_endpoint.reset(); }

    void start(bool open = true) {
        DeskCoreTest::start();
        EndpointOptions options;
        options.openOta = open;
        auto endpoint = Endpoint::start(*m_core, options);
        ASSERT_TRUE(endpoint) << endpoint.error().message;
        m_endpoint = std::move(*endpoint);
    }
    void release(const std::string& product, const std::string& version) {
        const auto zip = m_packages / "package.zip";
        ASSERT_TRUE(fleet::writeSamplePackage(zip, product, "main", version));
        const auto record = answerOf<fleet::FirmwareRecord>([&](Answer<fleet::FirmwareRecord> answer) {
            m_core->importFirmware(zip, {"anna", "test"}, std::move(answer));
        });
        ASSERT_TRUE(record) << record.error().message;
        for (const char* status : {"TESTING", "RELEASED"})
            act(fleet::ActionKind::setReleaseStatus, record->zipName, status);
    }
    void act(fleet::ActionKind kind, const std::string& target, const std::string& text = {}) {
        const auto done = answerOf<fleet::ActionOutcome>([&](Answer<fleet::ActionOutcome> answer) {
            m_core->act({kind, target, text, {}}, {"anna", "test"}, std::move(answer));
        });
        ASSERT_TRUE(done) << done.error().message;
    }

    tests::TemporaryDirectory m_packages;
    std::unique_ptr<Endpoint> m_endpoint;
};

}  // namespace drydock::app
