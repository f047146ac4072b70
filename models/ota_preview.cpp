#include "models/ota_preview.h"

#include "models/text.h"

namespace drydock::models {

QString OtaPreview::sentence(const std::string& current) const {
    const auto offers = fleet::otaOffers(m_versions, current);
    const QString version = toText(current);
    if (!offers) return tr("A device on %1 is offered nothing. %2").arg(version, toText(offers.error().message));
    const std::string& next = offers->front();
    if (next == current) return tr("A device on %1 is offered the same again: nothing newer is released.").arg(version);
    return tr("A device on %1 is offered %2.").arg(version, toText(next));
}

std::vector<OtaPreview::Taker> OtaPreview::takers(const std::string& version,
                                                  const std::map<std::string, std::size_t>& devices) const {
    std::vector<Taker> takers;
    for (const auto& [current, count] : devices) {
        const auto offers = fleet::otaOffers(m_versions, current);
        if (current != version && offers && offers->front() == version) takers.push_back({current, count});
    }
    return takers;
}

}  // namespace drydock::models
