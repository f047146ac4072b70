#include "models/firmware_file_model.h"

#include <algorithm>

#include "models/format.h"
#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {

void FirmwareFileModel::setRecord(const fleet::FirmwareRecord& record) {
    // Each release hashes them anew.
    const auto released =
        std::find_if(record.statusHistory.rbegin(), record.statusHistory.rend(),
                     [](const fleet::StatusChange& change) { return change.status == fleet::ReleaseStatus::released; });
    const bool atRelease = released != record.statusHistory.rend();
    const std::int64_t checkedMs = atRelease ? released->atMs : record.uploadedAtS * 1000;
    if (record.files == m_files && atRelease == m_atRelease && checkedMs == m_checkedMs) return;
    beginResetModel();
    m_files = record.files;
    m_atRelease = atRelease;
    m_checkedMs = checkedMs;
    endResetModel();
}

QString FirmwareFileModel::display(const fleet::FirmwareFile& file, int column) const {
    switch (column) {
        case NameColumn:
            return toText(file.name);
        case SizeColumn:
            return Format::size(file.sizeBytes);
        case HashColumn:
            return file.sha256.empty() ? QStringLiteral("–") : toText(file.sha256);
        default:
            if (!fleet::isHashed(file.name)) return tr("not hashed");
            return m_atRelease ? tr("✓ at release") : tr("✓ at import");
    }
}

QString FirmwareFileModel::whole(const fleet::FirmwareFile& file, int column) const {
    if (column == SizeColumn) return tr("%1 bytes").arg(file.sizeBytes);
    if (column != CheckColumn) return display(file, column);
    if (!fleet::isHashed(file.name))
        return tr("Its content may differ from one package to the next: it is there, and not compared.");
    const QString at = Format::dateTime(m_checkedMs);
    return m_atRelease ? tr("Hashed anew for the release, %1: as the manifest says.").arg(at)
                       : tr("Hashed for the import, %1: as the manifest says.").arg(at);
}

QVariant FirmwareFileModel::cell(int row, int column, int role) const {
    const fleet::FirmwareFile& file = m_files[static_cast<std::size_t>(row)];
    switch (role) {
        case IdRole:
            return toText(file.name);
        case Qt::DisplayRole:
            return display(file, column);
        case SortRole:
            return column == SizeColumn ? QVariant(static_cast<qlonglong>(file.sizeBytes))
                                        : QVariant(display(file, column));
        case Qt::ToolTipRole:
            return whole(file, column);
        case CopyRole:
            return column == SizeColumn ? QString::number(file.sizeBytes) : display(file, column);
        default:
            return {};
    }
}

QString FirmwareFileModel::title(int column) const {
    switch (column) {
        case NameColumn:
            return tr("File");
        case SizeColumn:
            return tr("Size");
        case HashColumn:
            return tr("SHA-256");
        default:
            return tr("Checked");
    }
}

}  // namespace drydock::models
