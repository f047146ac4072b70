// FirmwareModel: the firmware records, by product, application and version (newest first).
// Thread: GUI. Borrows client and store, which outlive it.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "models/desk_client.h"
#include "models/device_store.h"
#include "models/fleet/ota.h"
#include "models/format.h"
#include "models/notice.h"
#include "models/record_model.h"

namespace drydock::models {

// Every record belongs to exactly one of these, by its release status, so the counts add up.
enum class FirmwareGroup : std::uint8_t {
    actionRequired,  // PROCESSING, READY_TO_TEST, TESTING, ERROR: somebody has to decide, or soon will
    released,        // RELEASED: what devices are offered
    deleted,         // REVOKED, DELETING, DELETED: out of service, gone when it expires
};
[[nodiscard]] FirmwareGroup firmwareGroup(fleet::ReleaseStatus status);

// Which groups the Firmware page lists.
struct FirmwareFilter {
    bool actionRequired = true;
    bool released = false;
    bool deleted = false;
    [[nodiscard]] bool lets(FirmwareGroup group) const;
    friend bool operator==(const FirmwareFilter&, const FirmwareFilter&) = default;
};

class FirmwareModel final : public RecordModel {
    Q_OBJECT
public:
    enum Column : int {
        ProductColumn,
        ApplicationColumn,
        ClassColumn,
        VersionColumn,  // with the first 8 of the commit
        StatusColumn,
        UploadedColumn,
        SizeColumn,
        ExpiresColumn,
        DevicesColumn,
        ColumnCount,
    };

    FirmwareModel(DeskClient& client, const DeviceStore& devices, WallClock now, QObject* parent = nullptr);

    void load();
    [[nodiscard]] bool isLoading() const { return m_loading; }
    [[nodiscard]] const fleet::FirmwareRecord& firmware(int row) const;
    [[nodiscard]] const fleet::FirmwareRecord* find(
        const QString& zipName) const;                      // nullptr: none; until the next change
    [[nodiscard]] int rowOf(const QString& zipName) const;  // -1: not in the list
    // Devices on this version: of the product's models, with its FW. The query finds the same in a list of devices.
    [[nodiscard]] std::size_t devicesOn(const fleet::FirmwareRecord& record) const;
    [[nodiscard]] QString devicesQuery(const std::string& product, const std::string& version) const;
    // Devices of a product by their FW.
    [[nodiscard]] std::map<std::string, std::size_t> devicesByVersion(const std::string& product) const;
    // All that is on record of an application, whatever the filter.
    [[nodiscard]] std::vector<fleet::FirmwareVersion> versionsOf(const std::string& product,
                                                                 const std::string& application) const;
    // Counted over all records, whatever the filter.
    [[nodiscard]] int count(fleet::ReleaseStatus status) const;
    [[nodiscard]] int count(FirmwareGroup group) const;
    [[nodiscard]] int total() const;

    // The version; of a refused package what its manifest says.
    [[nodiscard]] static std::string plainVersion(const fleet::FirmwareRecord& record);
    // The same with the first 8 of the commit, as people read it.
    [[nodiscard]] static QString versionText(const fleet::FirmwareRecord& record);

    void setFilter(const FirmwareFilter& filter);
    [[nodiscard]] const FirmwareFilter& filter() const { return m_filter; }
    // Records the text lets through and only the switches hide: "12 more are hidden by the switches".
    [[nodiscard]] int hiddenByFilter() const;
    [[nodiscard]] const fleet::QueryVocabulary& vocabulary() const override { return fleet::firmwareFields(); }

signals:
    void countsChanged();
    void devicesCounted();  // anew; at most once a second
    void loadingChanged();
    void failed(const drydock::models::Notice& notice);

protected:
    std::uint32_t recordCount() const override { return static_cast<std::uint32_t>(m_records.size()); }
    bool isIncluded(std::uint32_t record) const override;
    fleet::RecordRow queryRow(std::uint32_t record) const override;
    std::vector<std::string> searchTexts(std::uint32_t record) const override;
    bool comesBefore(std::uint32_t a, std::uint32_t b) const override;
    QVariant recordCell(std::uint32_t record, int column, int role) const override;
    int columns() const override { return ColumnCount; }
    QString title(int column) const override;
    bool isNumeric(int column) const override;

private:
    struct Entry {
        fleet::FirmwareRecord record;
        std::size_t devices = 0;  // that run it
        bool gone = false;        // removed from the table: hidden, its number stays
    };
    void take(const std::vector<fleet::FirmwareRecord>& records, const std::vector<std::string>& removed);
    void loadProductModels();
    void countDevices();
    [[nodiscard]] std::vector<std::string> modelsOf(const std::string& product) const;
    [[nodiscard]] QString display(const Entry& entry, int column) const;
    [[nodiscard]] QString whole(const Entry& entry, int column, bool copy) const;
    [[nodiscard]] QVariant sortValue(const Entry& entry, int column) const;

    DeskClient* m_client;
    const DeviceStore* m_devices;
    WallClock m_now;
    std::vector<Entry> m_records;
    std::unordered_map<std::string, std::uint32_t> m_byZip;
    fleet::ProductModels m_productModels;
    FirmwareFilter m_filter;
    QTimer m_countTimer;  // runs while the devices have changed since they were counted
    bool m_loading = false;
};

}  // namespace drydock::models
