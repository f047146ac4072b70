// OtaPreview: what devices are offered over the air, in words: the fleet's one rule (fleet/ota.h) over the versions of
// one product and application.
// Thread: GUI (translates).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <QCoreApplication>
#include <QString>

#include "models/fleet/ota.h"

namespace drydock::models {

class OtaPreview {
    Q_DECLARE_TR_FUNCTIONS(drydock::models::OtaPreview)
public:
    // All that are on record, in any order.
    explicit OtaPreview(std::vector<fleet::FirmwareVersion> versions) : m_versions(std::move(versions)) {}

    // What a device on `current` is offered: a version, the same again, or nothing and why.
    [[nodiscard]] QString sentence(const std::string& current) const;

    struct Taker {
        std::string version;
        std::size_t devices = 0;
    };
    // Of devices by the version they are on, those for which `version` is the next; by version.
    [[nodiscard]] std::vector<Taker> takers(const std::string& version,
                                            const std::map<std::string, std::size_t>& devices) const;

private:
    std::vector<fleet::FirmwareVersion> m_versions;
};

}  // namespace drydock::models
