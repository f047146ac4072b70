#include "views/firmware/ota_sections.h"

#include <vector>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>
#include <QVariant>

#include "models/desk_models.h"
#include "models/text.h"
#include "views/theme.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/link_rows.h"

namespace drydock::views {

using models::Format;
using models::OtaPreview;
using models::toText;

namespace {

QLabel* sentenceLabel() {
    auto* label = new QLabel;
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

}  // namespace

OtaSections::OtaSections(const PageContext& context, DetailsPane& pane) : QObject(&pane), m_context(context) {
    m_section = pane.addSection(tr("OTA preview"), buildContent());
    const models::FirmwareModel& firmware = m_context.models.firmware;
    connect(&firmware, &models::FirmwareModel::countsChanged, this, &OtaSections::refresh);
    connect(&firmware, &models::FirmwareModel::devicesCounted, this, &OtaSections::refresh);
}

QWidget* OtaSections::buildContent() {
    m_next = sentenceLabel();
    m_takersSaid = sentenceLabel();
    m_takersSaid->setProperty("quiet", true);
    m_takers = new LinkRows;
    m_takers->setNamesMono(true);
    m_takers->setCapacity(0);
    m_takers->setAccessibleName(tr("Devices that would be offered this version"));
    connect(m_takers, &LinkRows::rowClicked, this, &OtaSections::devicesRequested);

    m_other = new QLineEdit;
    m_other->setFont(monoFont());
    m_other->setPlaceholderText(QStringLiteral("2026.01.31"));
    m_other->setAccessibleName(tr("Ask for another version"));
    m_other->setClearButtonEnabled(true);
    connect(m_other, &QLineEdit::textChanged, this, &OtaSections::refresh);
    m_otherNext = sentenceLabel();
    auto* otherLabel = new QLabel(tr("&Another version"));
    otherLabel->setProperty("quiet", true);
    otherLabel->setBuddy(m_other);
    auto* other = new QHBoxLayout;
    other->setSpacing(space::k2);
    other->addWidget(otherLabel);
    other->addWidget(m_other, 1);

    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    layout->addWidget(m_next);
    layout->addWidget(m_takersSaid);
    layout->addWidget(m_takers);
    layout->addSpacing(space::k1);
    layout->addLayout(other);
    layout->addWidget(m_otherNext);
    return content;
}

void OtaSections::show(const fleet::FirmwareRecord& record) {
    const bool another = record.zipName != m_record.zipName;
    m_record = record;
    const bool refused = record.status == fleet::ReleaseStatus::error;
    m_section->setVisible(!refused);
    if (refused) return hide();
    if (another) m_other->clear();
    refresh();
}

void OtaSections::hide() {
    m_record = {};
    m_section->hide();
}

void OtaSections::refresh() {
    if (m_record.zipName.empty()) return;
    const OtaPreview preview(m_context.models.firmware.versionsOf(m_record.productId, m_record.application));
    m_next->setText(preview.sentence(m_record.version));
    showTakers(preview);
    const std::string asked = m_other->text().trimmed().toStdString();
    m_otherNext->setText(asked.empty() ? QString() : preview.sentence(asked));
    m_otherNext->setVisible(!asked.empty());
}

void OtaSections::showTakers(const OtaPreview& preview) {
    const auto takers =
        preview.takers(m_record.version, m_context.models.firmware.devicesByVersion(m_record.productId));
    std::vector<LinkRow> rows;
    std::size_t devices = 0;
    for (const OtaPreview::Taker& taker : takers) {
        const QString version = toText(taker.version);
        rows.push_back({version, {}, version, Format::count(taker.devices)});
        devices += taker.devices;
    }
    m_takers->setVisible(!rows.empty());
    m_takers->setRows(std::move(rows));
    if (!takers.empty())
        m_takersSaid->setText(
            tr("It is the next for devices on these versions, %1 in all:").arg(Format::count(devices)));
    else if (m_record.status != fleet::ReleaseStatus::released)
        m_takersSaid->setText(tr("No device is offered it: it is %1.").arg(Format::releaseStatus(m_record.status)));
    else
        m_takersSaid->setText(tr("No device is on a version for which it is the next."));
}

}  // namespace drydock::views
