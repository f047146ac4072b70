#include "views/firmware/firmware_details.h"

#include <algorithm>

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVariant>

#include "models/desk_models.h"
#include "models/firmware_file_model.h"
#include "models/text.h"
#include "views/firmware/comparison_sections.h"
#include "views/firmware/firmware_actions.h"
#include "views/firmware/ota_sections.h"
#include "views/firmware/partition_map.h"
#include "views/firmware/zip_saver.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/fact_grid.h"
#include "views/widgets/fitted_table.h"

namespace drydock::views {

using fleet::FirmwareRecord;
using models::FirmwareFileModel;
using models::FirmwareModel;
using models::Format;
using models::toText;

FirmwareDetails::FirmwareDetails(const PageContext& context, DetailsPane& pane)
    : QObject(&pane), m_context(context), m_pane(&pane) {
    pane.setAccessibleName(tr("Firmware"));
    buildSections();
    m_actions = new FirmwareActions(context, pane);
    connect(m_actions, &FirmwareActions::requested, this, &FirmwareDetails::actionRequested);
    connect(m_saver, &ZipSaver::noticeRaised, this, &FirmwareDetails::noticeRaised);
    const auto goToDevices = [this](const std::string& version) {
        emit devicesRequested(m_context.models.firmware.devicesQuery(m_record.productId, version));
    };
    connect(m_devices, &QPushButton::clicked, this, [this, goToDevices] { goToDevices(m_record.version); });
    connect(m_ota, &OtaSections::devicesRequested, this,
            [goToDevices](const QString& version) { goToDevices(version.toStdString()); });
    connect(m_comparison, &ComparisonSections::copied, this, [this] {
        emit noticeRaised({models::Severity::success, tr("The comparison is in the clipboard."), {}, {}});
    });
}

void FirmwareDetails::buildSections() {
    m_error = new QLabel;
    m_error->setWordWrap(true);
    m_error->setTextFormat(Qt::PlainText);
    m_error->setProperty("tone", "bad");
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_errorSection = m_pane->addSection({}, m_error);
    m_facts = new FactGrid;
    m_factsSection = m_pane->addSection({}, m_facts);
    m_saver = new ZipSaver(m_context, *m_pane);
    m_ota = new OtaSections(m_context, *m_pane);
    const DetailsPane::Link devices = m_pane->addLink();
    m_devices = devices.button;
    m_devicesSection = devices.section;
    m_history = new FactGrid;
    m_historySection = m_pane->addSection(tr("Status history"), m_history);
    m_manifest = new FactGrid;
    m_manifestSection = m_pane->addSection(tr("Manifest"), m_manifest);
    m_partitions = new PartitionMap;
    m_partitionSection = m_pane->addSection(tr("Partitions"), m_partitions);
    buildFiles();
    m_manifestText = new QPlainTextEdit;
    m_manifestText->setReadOnly(true);
    m_manifestText->setFont(monoFont());
    m_manifestText->setAccessibleName(tr("Manifest as read"));
    m_manifestTextSection = m_pane->addSection(tr("Manifest as read"), m_manifestText);
    m_comparison = new ComparisonSections(*m_pane);
}

void FirmwareDetails::buildFiles() {
    m_files = new FirmwareFileModel(this);
    auto* table = new FittedTable;
    table->setAccessibleName(tr("Files"));
    table->setModel(m_files);
    table->setItemDelegateForColumn(FirmwareFileModel::NameColumn, new CellDelegate(cell::kId, table));
    table->setItemDelegateForColumn(FirmwareFileModel::SizeColumn, new CellDelegate(cell::kNumber, table));
    table->setItemDelegateForColumn(FirmwareFileModel::HashColumn, new CellDelegate(cell::kId, table));
    table->setWidthFor(FirmwareFileModel::SizeColumn, QStringLiteral("128.0 KiB"));
    table->setWidthFor(FirmwareFileModel::HashColumn, QStringLiteral("0123…cdef"));
    table->setWidthFor(FirmwareFileModel::CheckColumn, QStringLiteral("✓ at release"));
    table->horizontalHeader()->setSectionResizeMode(FirmwareFileModel::NameColumn, QHeaderView::Stretch);
    m_fileSection = m_pane->addSection(tr("Files"), table);
}

void FirmwareDetails::show(const std::vector<const FirmwareRecord*>& records) {
    QStringList zipNames;
    std::vector<fleet::ReleaseStatus> statuses;
    for (const FirmwareRecord* record : records) {
        zipNames.append(toText(record->zipName));
        statuses.push_back(record->status);
    }
    if (records.size() == 1)
        showOne(*records.front());
    else
        showSeveral(records);
    m_actions->setTargets(zipNames, std::move(statuses));
}

void FirmwareDetails::showOne(const FirmwareRecord& record) {
    m_record = record;
    m_pane->setTitle(FirmwareModel::versionText(record), QStringLiteral("%1 · %2 · %3")
                                                             .arg(toText(record.productId), toText(record.application),
                                                                  Format::releaseStatus(record.status)));
    m_error->setText(toText(record.errorReason));
    m_errorSection->setVisible(!record.errorReason.empty());
    showFacts(record);
    m_saver->show(record);
    m_ota->show(record);
    m_history->clear();
    for (const fleet::StatusChange& change : record.statusHistory)
        m_history->add(Format::dateTime(change.atMs), Format::releaseStatus(change.status));
    m_historySection->setVisible(!record.statusHistory.empty());
    showManifest(record);
    m_partitions->setPartitions(record.partitions);
    m_partitionSection->setVisible(!record.partitions.empty());
    m_files->setRecord(record);
    m_fileSection->setVisible(!record.files.empty());
    m_manifestText->setPlainText(toText(record.manifest));
    m_manifestTextSection->setVisible(!record.manifest.empty());
    m_comparison->hide();
}

void FirmwareDetails::showFacts(const FirmwareRecord& record) {
    m_facts->clear();
    m_facts->add(tr("Uploaded"), Format::dateTime(record.uploadedAtS * 1000));
    m_facts->add(tr("Size"), Format::size(record.zipSizeBytes));
    if (record.expiresAtS) {
        const std::int64_t expiresMs = *record.expiresAtS * 1000;
        m_facts->add(
            tr("Expires"),
            tr("%1, in %2").arg(Format::dateTime(expiresMs), Format::countdown(expiresMs - m_context.models.now())),
            "warning");
    }
    m_facts->addId(tr("File name"), toText(record.originalName));
    m_facts->addId(tr("Stored as"), toText(record.zipName));
    m_facts->addId(tr("SHA-256"), toText(record.zipSha256));
    m_factsSection->show();
    const std::size_t devices = m_context.models.firmware.devicesOn(record);
    m_devices->setText(tr("Show the devices on it: %1").arg(Format::count(devices)));
    m_devicesSection->setVisible(devices > 0);
}

// What a refused package's manifest said is shown as it was read, below.
void FirmwareDetails::showManifest(const FirmwareRecord& record) {
    m_manifest->clear();
    m_manifest->add(tr("Class"), toText(record.firmwareClass));
    if (!record.firmwareType.empty()) m_manifest->add(tr("Type"), toText(record.firmwareType));
    m_manifest->add(tr("Branch"), toText(record.branch));
    m_manifest->addId(tr("Commit"), toText(record.commit));
    m_manifest->add(tr("Created"), toText(record.created));
    m_manifestSection->setVisible(record.status != fleet::ReleaseStatus::error);
}

void FirmwareDetails::showSeveral(const std::vector<const FirmwareRecord*>& records) {
    std::vector<fleet::ReleaseStatus> statuses(records.size());
    std::transform(records.begin(), records.end(), statuses.begin(), [](const auto* each) { return each->status; });
    m_pane->setTitle(tr("%1 firmware records").arg(Format::count(records.size())), statusCounts(statuses), false);
    m_saver->hide();
    m_ota->hide();
    for (QWidget* section : {m_errorSection, m_factsSection, m_devicesSection, m_historySection, m_manifestSection,
                             m_partitionSection, m_fileSection, m_manifestTextSection})
        section->hide();
    if (records.size() == 2)
        m_comparison->compare(*records.front(), *records.back());
    else
        m_comparison->hide();
}

}  // namespace drydock::views
