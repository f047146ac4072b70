#include "views/firmware/firmware_details.h"

#include <algorithm>

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStandardItemModel>

#include "models/desk_models.h"
#include "models/text.h"
#include "views/firmware/partition_map.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/fact_grid.h"
#include "views/widgets/fitted_table.h"

namespace drydock::views {

using models::toText;

using fleet::ReleaseStatus;
using models::Format;

namespace {

enum FileColumn : int { NameColumn, SizeColumn, HashColumn, FileColumns };

}  // namespace

FirmwareDetails::FirmwareDetails(const PageContext& context, DetailsPane& pane)
    : QObject(&pane), m_context(context), m_pane(&pane) {
    pane.setAccessibleName(tr("Firmware"));
    buildSections();
    buildActions();
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
    const DetailsPane::Link devices = m_pane->addLink();
    m_devices = devices.button;
    m_devicesSection = devices.section;
    connect(m_devices, &QPushButton::clicked, this,
            [this] { emit devicesRequested(toText(m_record.productId), toText(m_record.version)); });
    m_history = new FactGrid;
    m_historySection = m_pane->addSection(tr("Status history"), m_history);
    m_partitions = new PartitionMap;
    m_partitionSection = m_pane->addSection(tr("Partitions"), m_partitions);
    m_files = new FittedTable;
    m_files->setAccessibleName(tr("Files"));
    m_fileModel = new QStandardItemModel(0, FileColumns, this);
    m_fileModel->setHorizontalHeaderLabels({tr("File"), tr("Size"), tr("SHA-256")});
    m_fileModel->setHeaderData(SizeColumn, Qt::Horizontal, int{Qt::AlignRight | Qt::AlignVCenter},
                               Qt::TextAlignmentRole);
    m_files->setModel(m_fileModel);
    m_files->setItemDelegateForColumn(NameColumn, new CellDelegate(cell::kId, m_files));
    m_files->setItemDelegateForColumn(SizeColumn, new CellDelegate(cell::kNumber, m_files));
    m_files->setItemDelegateForColumn(HashColumn, new CellDelegate(cell::kId, m_files));
    m_files->setWidthFor(SizeColumn, QStringLiteral("128.0 KiB"));
    m_files->setWidthFor(HashColumn, QStringLiteral("0123…cdef"));
    m_files->horizontalHeader()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
    m_fileSection = m_pane->addSection(tr("Files"), m_files);
    m_manifest = new QPlainTextEdit;
    m_manifest->setReadOnly(true);
    m_manifest->setFont(monoFont());
    m_manifest->setAccessibleName(tr("Manifest as read"));
    m_manifestSection = m_pane->addSection(tr("Manifest as read"), m_manifest);
}

void FirmwareDetails::buildActions() {
    const auto add = [this](ReleaseStatus to, const QString& label) {
        QPushButton* button = m_pane->addAction(label);
        connect(button, &QPushButton::clicked, this, [this, to] {
            emit actionRequested(fleet::ActionKind::setReleaseStatus, toText(m_record.zipName),
                                 QLatin1String(fleet::releaseStatusName(to)));
        });
        m_transitions.push_back({to, button});
    };
    add(ReleaseStatus::readyToTest, tr("Back to ready…"));
    add(ReleaseStatus::testing, tr("To testing…"));
    add(ReleaseStatus::released, tr("Release…"));
    add(ReleaseStatus::revoked, tr("Revoke…"));
    m_delete = m_pane->addAction(tr("Delete…"));
    connect(m_delete, &QPushButton::clicked, this,
            [this] { emit actionRequested(fleet::ActionKind::deleteFirmware, toText(m_record.zipName), {}); });
}

void FirmwareDetails::show(const fleet::FirmwareRecord& record, std::size_t devices) {
    m_record = record;
    m_pane->setTitle(
        models::FirmwareModel::versionText(record),
        QStringLiteral("%1 · %2 · %3")
            .arg(toText(record.productId), toText(record.application), Format::releaseStatus(record.status)));
    m_error->setText(toText(record.errorReason));
    m_errorSection->setVisible(!record.errorReason.empty());
    m_factsSection->show();
    showFacts(record, devices);
    m_history->clear();
    for (const fleet::StatusChange& change : record.statusHistory)
        m_history->add(Format::dateTime(change.atMs), Format::releaseStatus(change.status));
    m_historySection->setVisible(!record.statusHistory.empty());
    m_partitions->setPartitions(record.partitions);
    m_partitionSection->setVisible(!record.partitions.empty());
    showFiles(record);
    m_manifest->setPlainText(toText(record.manifest));
    m_manifestSection->setVisible(!record.manifest.empty());
    refreshActions();
}

void FirmwareDetails::showFacts(const fleet::FirmwareRecord& record, std::size_t devices) {
    m_facts->clear();
    m_facts->add(tr("Class"), record.firmwareType.empty()
                                  ? toText(record.firmwareClass)
                                  : toText(record.firmwareClass) + QStringLiteral(" · ") + toText(record.firmwareType));
    m_facts->add(tr("Branch"), toText(record.branch));
    m_facts->addId(tr("Commit"), toText(record.commit));
    m_facts->add(tr("Created"), toText(record.created));
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
    m_devices->setText(tr("Show the devices on it: %1").arg(Format::count(devices)));
    m_devicesSection->setVisible(devices > 0);
}

void FirmwareDetails::showFiles(const fleet::FirmwareRecord& record) {
    m_fileModel->setRowCount(0);
    for (const fleet::FirmwareFile& file : record.files)
        m_fileModel->appendRow({new QStandardItem(toText(file.name)), new QStandardItem(Format::size(file.sizeBytes)),
                                new QStandardItem(toText(file.sha256))});
    m_fileSection->setVisible(!record.files.empty());
}

void FirmwareDetails::showMany(int count) {
    m_pane->setTitle(tr("%1 firmware records").arg(Format::count(static_cast<std::uint64_t>(count))),
                     tr("Select one to see and change it."), false);
    for (QWidget* section : {m_errorSection, m_factsSection, m_devicesSection, m_historySection, m_partitionSection,
                             m_fileSection, m_manifestSection})
        section->hide();
    for (const Transition& transition : m_transitions) transition.button->hide();
    m_delete->hide();
}

// A button is there only for what is allowed next; what is not, the status history explains.
void FirmwareDetails::refreshActions() {
    const QString whyNot = m_context.whyReadOnly();
    const std::vector<ReleaseStatus> allowed = fleet::allowedTransitions(m_record.status);
    for (const Transition& transition : m_transitions) {
        transition.button->setVisible(std::find(allowed.begin(), allowed.end(), transition.to) != allowed.end());
        setAllowed(*transition.button, whyNot, tr("Shows first what would change"));
    }
    m_delete->setVisible(!fleet::deletionRefusal(m_record.status));
    setAllowed(*m_delete, whyNot, tr("Removes the ZIP; shows first what would change"));
}

}  // namespace drydock::views
