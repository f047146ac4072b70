#include "models/firmware_model.h"

#include <algorithm>
#include <utility>

#include "models/roles.h"
#include "models/text.h"

namespace drydock::models {
namespace {

constexpr int kCountEveryMs = 1000;
constexpr std::size_t kShortCommit = 8;

// As a value of the query language that stands for itself alone.
QString quoted(const std::string& value) {
    QString text = toText(value);
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

}  // namespace

FirmwareGroup firmwareGroup(fleet::ReleaseStatus status) {
    switch (status) {
        case fleet::ReleaseStatus::processing:
        case fleet::ReleaseStatus::readyToTest:
        case fleet::ReleaseStatus::testing:
        case fleet::ReleaseStatus::error:
            return FirmwareGroup::actionRequired;
        case fleet::ReleaseStatus::released:
            return FirmwareGroup::released;
        case fleet::ReleaseStatus::revoked:
        case fleet::ReleaseStatus::deleting:
        case fleet::ReleaseStatus::deleted:
            break;
    }
    return FirmwareGroup::deleted;
}

bool FirmwareFilter::lets(FirmwareGroup group) const {
    switch (group) {
        case FirmwareGroup::actionRequired:
            return actionRequired;
        case FirmwareGroup::released:
            return released;
        case FirmwareGroup::deleted:
            break;
    }
    return deleted;
}

FirmwareModel::FirmwareModel(DeskClient& client, const DeviceStore& devices, WallClock now, QObject* parent)
    : RecordModel(parent), m_client(&client), m_devices(&devices), m_now(std::move(now)) {
    setTickingColumns(UploadedColumn, ExpiresColumn);
    m_countTimer.setSingleShot(true);
    m_countTimer.setInterval(kCountEveryMs);
    connect(&m_countTimer, &QTimer::timeout, this, &FirmwareModel::countDevices);
    connect(&devices, &DeviceStore::rowsChanged, this, [this] {
        if (!m_countTimer.isActive()) m_countTimer.start();
    });
    connect(&client, &DeskClient::changed, this, [this](const std::shared_ptr<const fleet::FleetChanges>& changes) {
        take(changes->firmware, changes->removedFirmware);
        if (changes->productModelsChanged) loadProductModels();
    });
}

void FirmwareModel::load() {
    m_loading = true;
    emit loadingChanged();
    loadProductModels();
    m_client->fetchFirmware(this, [this](storage::Result<std::vector<fleet::FirmwareRecord>> answer) {
        m_loading = false;
        if (answer) {
            // What came by changed() meanwhile is at least as new.
            auto& records = *answer;
            records.erase(std::remove_if(records.begin(), records.end(),
                                         [this](const auto& record) { return m_byZip.count(record.zipName) > 0; }),
                          records.end());
            take(records, {});
            refreshOrder();
        } else {
            emit failed(noticeFrom(answer.error(), tr("The firmware could not be loaded.")));
        }
        emit loadingChanged();
    });
}

void FirmwareModel::loadProductModels() {
    m_client->fetchProductModels(this, [this](storage::Result<fleet::ProductModels> answer) {
        if (!answer) {
            emit failed(noticeFrom(answer.error(), tr("The products' models could not be read.")));
            return;
        }
        m_productModels = std::move(*answer);
        countDevices();
    });
}

void FirmwareModel::take(const std::vector<fleet::FirmwareRecord>& records, const std::vector<std::string>& removed) {
    if (records.empty() && removed.empty()) return;
    for (const std::string& zipName : removed) {
        const auto known = m_byZip.find(zipName);
        if (known == m_byZip.end()) continue;
        m_records[known->second].gone = true;
        recordChanged(known->second);
    }
    for (const fleet::FirmwareRecord& record : records) {
        const auto [known, added] = m_byZip.try_emplace(record.zipName, recordCount());
        if (added) m_records.emplace_back();
        m_records[known->second] = {record, devicesOn(record), false};
        recordChanged(known->second);
    }
    emit countsChanged();
}

void FirmwareModel::countDevices() {
    for (std::uint32_t i = 0; i < recordCount(); ++i) {
        const std::size_t devices = devicesOn(m_records[i].record);
        if (devices == m_records[i].devices) continue;
        m_records[i].devices = devices;
        recordChanged(i);
    }
    emit devicesCounted();
}

std::vector<std::string> FirmwareModel::modelsOf(const std::string& product) const {
    const auto mapped = m_productModels.find(product);
    return mapped == m_productModels.end() ? std::vector{product} : mapped->second;
}

const fleet::FirmwareRecord& FirmwareModel::firmware(int row) const {
    return m_records[recordAt(row)].record;
}

const fleet::FirmwareRecord* FirmwareModel::find(const QString& zipName) const {
    const auto known = m_byZip.find(zipName.toStdString());
    if (known == m_byZip.end() || m_records[known->second].gone) return nullptr;
    return &m_records[known->second].record;
}

int FirmwareModel::rowOf(const QString& zipName) const {
    const auto known = m_byZip.find(zipName.toStdString());
    return known == m_byZip.end() ? -1 : rowOfRecord(known->second);
}

std::size_t FirmwareModel::devicesOn(const fleet::FirmwareRecord& record) const {
    std::size_t devices = 0;
    for (const std::string& model : modelsOf(record.productId))
        devices += m_devices->columns().count(model, record.version);
    return devices;
}

QString FirmwareModel::devicesQuery(const std::string& product, const std::string& version) const {
    QStringList models;
    for (const std::string& model : modelsOf(product)) models.append(quoted(model));
    const QString anyOf = models.join(QStringLiteral(" OR "));
    return QStringLiteral("model:%1 AND FW:%2")
        .arg(models.size() == 1 ? anyOf : QLatin1Char('(') + anyOf + QLatin1Char(')'), quoted(version));
}

std::map<std::string, std::size_t> FirmwareModel::devicesByVersion(const std::string& product) const {
    const std::vector<std::string> models = modelsOf(product);
    std::map<std::string, std::size_t> devices;
    for (const DeviceColumns::VersionCount& count : m_devices->columns().versions()) {
        if (!count.fw.empty() && std::find(models.begin(), models.end(), count.model) != models.end())
            devices[std::string(count.fw)] += count.devices;
    }
    return devices;
}

std::vector<fleet::FirmwareVersion> FirmwareModel::versionsOf(const std::string& product,
                                                              const std::string& application) const {
    std::vector<fleet::FirmwareVersion> versions;
    for (const Entry& entry : m_records) {
        const fleet::FirmwareRecord& record = entry.record;
        if (!entry.gone && record.productId == product && record.application == application)
            versions.push_back({record.version, record.status});
    }
    return versions;
}

int FirmwareModel::count(fleet::ReleaseStatus status) const {
    return static_cast<int>(std::count_if(m_records.begin(), m_records.end(), [status](const Entry& entry) {
        return !entry.gone && entry.record.status == status;
    }));
}

int FirmwareModel::count(FirmwareGroup group) const {
    return static_cast<int>(std::count_if(m_records.begin(), m_records.end(), [group](const Entry& entry) {
        return !entry.gone && firmwareGroup(entry.record.status) == group;
    }));
}

int FirmwareModel::total() const {
    return static_cast<int>(
        std::count_if(m_records.begin(), m_records.end(), [](const Entry& entry) { return !entry.gone; }));
}

void FirmwareModel::setFilter(const FirmwareFilter& filter) {
    if (filter == m_filter) return;
    m_filter = filter;
    refreshOrder();
}

int FirmwareModel::hiddenByFilter() const {
    int hidden = 0;
    for (std::uint32_t i = 0; i < recordCount(); ++i) {
        if (!m_records[i].gone && !m_filter.lets(firmwareGroup(m_records[i].record.status)) && matchesQuery(i))
            ++hidden;
    }
    return hidden;
}

std::string FirmwareModel::plainVersion(const fleet::FirmwareRecord& record) {
    if (record.status != fleet::ReleaseStatus::error) return record.version;
    // "ERROR#<version or UNKNOWN>#<zip>": a key, not what a person reads.
    return toText(record.version).section(QLatin1Char('#'), 1, 1).toStdString();
}

QString FirmwareModel::versionText(const fleet::FirmwareRecord& record) {
    QString version = toText(plainVersion(record));
    if (record.commit.empty()) return version;
    return version + QStringLiteral(" · ") + toText(record.commit.substr(0, kShortCommit));
}

bool FirmwareModel::isIncluded(std::uint32_t record) const {
    return !m_records[record].gone && m_filter.lets(firmwareGroup(m_records[record].record.status));
}

fleet::RecordRow FirmwareModel::queryRow(std::uint32_t record) const {
    return {m_records[record].record, m_now(), m_records[record].devices};
}

std::vector<std::string> FirmwareModel::searchTexts(std::uint32_t record) const {
    auto texts = RecordModel::searchTexts(record);
    texts.push_back(Format::releaseStatus(m_records[record].record.status).toStdString());
    return texts;
}

bool FirmwareModel::comesBefore(std::uint32_t a, std::uint32_t b) const {
    const fleet::FirmwareRecord& left = m_records[a].record;
    const fleet::FirmwareRecord& right = m_records[b].record;
    if (left.productId != right.productId) return left.productId < right.productId;
    if (left.application != right.application) return left.application < right.application;
    return left.version != right.version ? left.version > right.version : left.zipName < right.zipName;
}

QVariant FirmwareModel::recordCell(std::uint32_t record, int column, int role) const {
    const Entry& entry = m_records[record];
    const fleet::FirmwareRecord& firmware = entry.record;
    switch (role) {
        case Qt::DisplayRole:
            return display(entry, column);
        case Qt::ToolTipRole:
        case CopyRole:
            return whole(entry, column, role == CopyRole);
        case SortRole:
            return sortValue(entry, column);
        case IdRole:
            return toText(firmware.zipName);
        case ReleaseStatusRole:
            return static_cast<int>(firmware.status);
        case FirmwareGroupRole:
            return static_cast<int>(firmwareGroup(firmware.status));
        case DevicesRole:
            return static_cast<qulonglong>(entry.devices);
        case ExpiresRole:
            return firmware.expiresAtS ? QVariant(static_cast<qlonglong>(*firmware.expiresAtS * 1000)) : QVariant();
        default:
            return {};
    }
}

QString FirmwareModel::display(const Entry& entry, int column) const {
    const fleet::FirmwareRecord& firmware = entry.record;
    switch (column) {
        case ProductColumn:
            return toText(firmware.productId);
        case ApplicationColumn:
            return toText(firmware.application);
        case ClassColumn:
            return toText(firmware.firmwareClass);
        case VersionColumn:
            return versionText(firmware);
        case StatusColumn:
            return Format::releaseStatus(firmware.status);
        case UploadedColumn:
            return Format::relativeTime(firmware.uploadedAtS * 1000, m_now());
        case SizeColumn:
            return Format::size(firmware.zipSizeBytes);
        case ExpiresColumn:
            return firmware.expiresAtS ? Format::countdown(*firmware.expiresAtS * 1000 - m_now()) : QString();
        case DevicesColumn:
            return Format::count(entry.devices);
        default:
            return {};
    }
}

// The whole value: times in full, for a tooltip by locale, for a copy as ISO 8601 and plain numbers.
QString FirmwareModel::whole(const Entry& entry, int column, bool copy) const {
    const fleet::FirmwareRecord& firmware = entry.record;
    const auto time = [copy](std::int64_t ms) { return copy ? Format::isoTime(ms) : Format::dateTime(ms); };
    switch (column) {
        case VersionColumn:
            return firmware.commit.empty() ? toText(firmware.version)
                                           : toText(firmware.version) + QLatin1Char(' ') + toText(firmware.commit);
        case StatusColumn:
            return firmware.errorReason.empty()
                       ? display(entry, column)
                       : display(entry, column) + QStringLiteral(": ") + toText(firmware.errorReason);
        case UploadedColumn:
            return time(firmware.uploadedAtS * 1000);
        case ExpiresColumn:
            return firmware.expiresAtS ? time(*firmware.expiresAtS * 1000) : QString();
        case SizeColumn:
            return copy ? QString::number(firmware.zipSizeBytes) : tr("%1 bytes").arg(firmware.zipSizeBytes);
        case DevicesColumn:
            return QString::number(entry.devices);
        default:
            return display(entry, column);
    }
}

QVariant FirmwareModel::sortValue(const Entry& entry, int column) const {
    const fleet::FirmwareRecord& firmware = entry.record;
    switch (column) {
        case VersionColumn:
            return toText(firmware.version);
        case StatusColumn:
            return static_cast<qlonglong>(firmware.status);
        case UploadedColumn:
            return static_cast<qlonglong>(firmware.uploadedAtS);
        case SizeColumn:
            return static_cast<qlonglong>(firmware.zipSizeBytes);
        case ExpiresColumn:
            return firmware.expiresAtS ? QVariant(static_cast<qlonglong>(*firmware.expiresAtS)) : QVariant();
        case DevicesColumn:
            return static_cast<qlonglong>(entry.devices);
        default: {
            const QString shown = display(entry, column);
            return shown.isEmpty() ? QVariant() : QVariant(shown);
        }
    }
}

QString FirmwareModel::title(int column) const {
    switch (column) {
        case ProductColumn:
            return tr("Product");
        case ApplicationColumn:
            return tr("Application");
        case ClassColumn:
            return tr("Class");
        case VersionColumn:
            return tr("Version");
        case StatusColumn:
            return tr("Release status");
        case UploadedColumn:
            return tr("Uploaded");
        case SizeColumn:
            return tr("Size");
        case ExpiresColumn:
            return tr("Expires in");
        default:
            return tr("Devices on it");
    }
}

bool FirmwareModel::isNumeric(int column) const {
    return column == UploadedColumn || column == SizeColumn || column == ExpiresColumn || column == DevicesColumn;
}

}  // namespace drydock::models
