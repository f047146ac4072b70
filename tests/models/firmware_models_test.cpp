// What the Firmware page says of packages beside their list: how two differ, their files, what devices are offered.
#include <QtTest>

#include "models/device_list_model.h"
#include "models/firmware_comparison_model.h"
#include "models/firmware_file_model.h"
#include "models/firmware_model.h"
#include "models/ota_preview.h"
#include "tests/models/model_checks.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using fleet::ReleaseStatus;
using models::Difference;
using models::FirmwareComparisonModel;
using models::FirmwareFileModel;
using models::OtaPreview;

namespace {

struct Compared {
    explicit Compared(FirmwareComparisonModel::Part part, const fleet::FirmwareRecord& from,
                      const fleet::FirmwareRecord& to)
        : model(part) {
        model.setComparison(fleet::compareFirmware(from, to), QStringLiteral("older"), QStringLiteral("newer"));
    }
    [[nodiscard]] Difference difference(int row) const {
        return static_cast<Difference>(model.index(row, 0).data(models::DifferenceRole).toInt());
    }
    [[nodiscard]] QString whole(int row, int column) const {
        return model.index(row, column).data(Qt::ToolTipRole).toString();
    }
    FirmwareComparisonModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

fleet::FirmwareRecord package() {
    fleet::FirmwareRecord record = sampleFirmware(0, 0);
    record.files = {{"app.bin", std::string(64, 'a'), 1'048'576},
                    {"boot.bin", std::string(64, 'b'), 26'000},
                    {"old.bin", std::string(64, 'c'), 10}};
    record.partitions = {{"nvs", 0x9000}, {"app0", 0x10000}, {"gone", 0x200000}};
    return record;
}

fleet::FirmwareRecord nextPackage() {
    fleet::FirmwareRecord record = package();
    record.version = "2026.02.14";
    record.firmwareType.clear();
    record.files = {{"app.bin", std::string(64, 'd'), 1'048'577},
                    {"boot.bin", std::string(64, 'b'), 26'000},
                    {"new.bin", std::string(64, 'e'), 2048}};
    record.partitions = {{"nvs", 0x9000}, {"app0", 0x20000}, {"fresh", 0x300000}};
    return record;
}

std::vector<fleet::FirmwareVersion> versions() {
    return {{"2026.01", ReleaseStatus::released},
            {"2026.02", ReleaseStatus::revoked},
            {"2026.03", ReleaseStatus::released},
            {"2026.04", ReleaseStatus::testing}};
}

struct LoadedFirmware {
    LoadedFirmware() {
        fillSampleFleet(client, 100);
        client.values.productModels["wearable"] = {"wo:v8", "wo:v9"};
    }
    void load() {
        devices.load();
        model.load();
        client.answerAll();
    }
    FakeDeskClient client;
    models::DeviceStore devices{client};
    models::FirmwareModel model{client, devices, [this] { return client.values.nowMs; }};
};

}  // namespace

class FirmwareModelsTest : public QObject {
    Q_OBJECT
private slots:
    // --- how two packages differ
    static void eachPartKeepsItsEnds() {
        for (const auto part : {FirmwareComparisonModel::Part::manifest, FirmwareComparisonModel::Part::files,
                                FirmwareComparisonModel::Part::partitions}) {
            const Compared compared(part, package(), nextPackage());
            QVERIFY(compared.model.rowCount() > 0);
            QCOMPARE(wrongAtTheEnds(compared.model), QString());
            const Compared same(part, package(), package());
            QCOMPARE(same.model.rowCount(), 0);
            QCOMPARE(wrongAtTheEnds(same.model), QString());
        }
    }

    static void filesAreComparedByNameWithWholeHashesInTheTooltip() {
        const Compared compared(FirmwareComparisonModel::Part::files, package(), nextPackage());
        QCOMPARE(columnTexts(compared.model, FirmwareComparisonModel::NameColumn),
                 (QStringList{QStringLiteral("app.bin"), QStringLiteral("new.bin"), QStringLiteral("old.bin")}));
        QCOMPARE(compared.difference(0), Difference::changed);
        QCOMPARE(compared.difference(1), Difference::added);
        QCOMPARE(compared.difference(2), Difference::removed);
        const QModelIndex before = compared.model.index(0, FirmwareComparisonModel::BeforeColumn);
        QVERIFY2(before.data().toString().endsWith(QStringLiteral("\naaaaaaaa")), qPrintable(before.data().toString()));
        QVERIFY(compared.whole(0, FirmwareComparisonModel::AfterColumn).contains(QString(64, QLatin1Char('d'))));
        QVERIFY(compared.whole(0, FirmwareComparisonModel::AfterColumn).contains(QStringLiteral("1048577")));
        QCOMPARE(compared.model.index(1, FirmwareComparisonModel::BeforeColumn).data().toString(), QStringLiteral("–"));
        QCOMPARE(compared.model.headerData(1, Qt::Horizontal).toString(), QStringLiteral("older"));
        QCOMPARE(compared.model.headerData(2, Qt::Horizontal).toString(), QStringLiteral("newer"));
    }

    static void fieldsAndPartitionsAreComparedToo() {
        const Compared fields(FirmwareComparisonModel::Part::manifest, package(), nextPackage());
        QCOMPARE(columnTexts(fields.model, 0),
                 (QStringList{QStringLiteral("version"), QStringLiteral("firmware_type")}));
        QCOMPARE(fields.difference(0), Difference::changed);
        QCOMPARE(fields.difference(1), Difference::removed);
        const Compared partitions(FirmwareComparisonModel::Part::partitions, package(), nextPackage());
        QCOMPARE(columnTexts(partitions.model, 0),
                 (QStringList{QStringLiteral("app0"), QStringLiteral("fresh"), QStringLiteral("gone")}));
        QCOMPARE(columnTexts(partitions.model, 1).first(), QStringLiteral("0x00010000"));
        QCOMPARE(columnTexts(partitions.model, 2).first(), QStringLiteral("0x00020000"));
        QCOMPARE(partitions.model.index(0, 0).data(Qt::AccessibleDescriptionRole).toString(), QStringLiteral("moved"));
    }

    // --- files
    static void aFileSaysWhenItWasChecked() {
        fleet::FirmwareRecord record = package();
        record.files.push_back({"config.bin", "", 12});
        record.statusHistory = {{ReleaseStatus::readyToTest, 1000}, {ReleaseStatus::testing, 2000}};
        FirmwareFileModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(wrongAtTheEnds(model), QString());
        model.setRecord(record);
        QCOMPARE(wrongAtTheEnds(model), QString());
        QVERIFY(columnTexts(model, FirmwareFileModel::CheckColumn).first().contains(QStringLiteral("at import")));
        QCOMPARE(columnTexts(model, FirmwareFileModel::CheckColumn).last(), QStringLiteral("not hashed"));
        record.statusHistory.push_back({ReleaseStatus::released, 1'711'320'000'000});
        record.statusHistory.push_back({ReleaseStatus::revoked, 1'711'330'000'000});
        model.setRecord(record);
        QVERIFY(columnTexts(model, FirmwareFileModel::CheckColumn).first().contains(QStringLiteral("at release")));
        QVERIFY(columnTexts(model, FirmwareFileModel::CheckColumn, Qt::ToolTipRole)
                    .first()
                    .contains(models::Format::dateTime(1'711'320'000'000)));
        QCOMPARE(columnTexts(model, FirmwareFileModel::HashColumn).first(), QString(64, QLatin1Char('a')));
    }

    // --- over the air
    static void aDeviceIsOfferedTheNextVersionOrToldWhyNot() {
        const OtaPreview preview(versions());
        const auto ends = [&preview](const char* version, const char* words) {
            const QString sentence = preview.sentence(version);
            return sentence.contains(QLatin1String(words)) ? QString() : sentence;
        };
        QCOMPARE(ends("2026.01", "is offered 2026.03"), QString());
        QCOMPARE(ends("2026.02", "is offered 2026.03"), QString());
        QCOMPARE(ends("2026.03", "the same again"), QString());
        QCOMPARE(ends("2026.04", "nothing. The version 2026.04 is ahead of all"), QString());
        QCOMPARE(ends("2025.12", "is offered 2026.01"), QString());
        QVERIFY(OtaPreview({{"1", ReleaseStatus::revoked}}).sentence("1").contains(QStringLiteral("revoked")));
        QVERIFY(OtaPreview({{"1", ReleaseStatus::testing}}).sentence("1").contains(QStringLiteral("released")));
    }

    static void aVersionIsTakenByThoseForWhomItIsTheNext() {
        const OtaPreview preview(versions());
        const std::map<std::string, std::size_t> devices = {
            {"2025.12", 5}, {"2026.01", 7}, {"2026.02", 2}, {"2026.03", 11}, {"2026.04", 1}};
        const auto takers = preview.takers("2026.03", devices);
        QCOMPARE(takers.size(), std::size_t{2});
        QCOMPARE(takers[0].version, std::string("2026.01"));
        QCOMPARE(takers[0].devices, std::size_t{7});
        QCOMPARE(takers[1].version, std::string("2026.02"));
        QCOMPARE(preview.takers("2026.01", devices).size(), std::size_t{1});
        QVERIFY(preview.takers("2026.04", devices).empty());  // not released
    }

    static void allVersionsCountWhateverTheFilter() {
        LoadedFirmware firmware;
        firmware.load();
        QCOMPARE(firmware.model.versionsOf("wo:v8", "main").size(), std::size_t{8});
        firmware.model.setFilter({false, false, false});
        QCOMPARE(firmware.model.versionsOf("wo:v8", "main").size(), std::size_t{8});
        firmware.client.tellRemovedFirmware(sampleFirmware(4, 0).zipName);
        QCOMPARE(firmware.model.versionsOf("wo:v8", "main").size(), std::size_t{7});
        QVERIFY(firmware.model.versionsOf("wo:v8", "other").empty());
    }

    // --- devices on a version
    static void aProductOfSeveralModelsHasTheDevicesOfAll() {
        LoadedFirmware firmware;
        fleet::FirmwareRecord record = sampleFirmware(0, firmware.client.values.nowMs);
        record.productId = "wearable";
        record.zipName = "wearable.zip";
        firmware.client.values.firmware.push_back(record);
        firmware.load();
        std::size_t expected = 0;
        for (const auto& [id, device] : firmware.client.values.devices) {
            const std::string& model = device.status->reportedModel;
            expected += static_cast<std::size_t>((model == "wo:v8" || model == "wo:v9") &&
                                                 device.status->reportedFw == record.version);
        }
        QVERIFY(expected > firmware.model.devicesOn(sampleFirmware(0, 0)));
        QCOMPARE(firmware.model.devicesOn(record), expected);
        QCOMPARE(firmware.model.devicesByVersion("wearable").at(record.version), expected);
        firmware.model.setFilter({true, true, true});
        const QModelIndex cell = firmware.model.index(firmware.model.rowOf(QStringLiteral("wearable.zip")), 0);
        QCOMPARE(cell.data(models::DevicesRole).toULongLong(), qulonglong{expected});

        // Another mapping counts at once.
        firmware.client.values.productModels["wearable"] = {"hy:v2"};
        fleet::FleetChanges changes;
        changes.productModelsChanged = true;
        firmware.client.tellChanges(std::move(changes));
        firmware.client.answerAll();
        QVERIFY(firmware.model.devicesOn(record) != expected);
        QCOMPARE(cell.data(models::DevicesRole).toULongLong(), qulonglong{firmware.model.devicesOn(record)});
    }

    static void theQueryFindsTheDevicesThatAreCounted() {
        LoadedFirmware firmware;
        firmware.load();
        models::DeviceListModel list(firmware.devices, [&firmware] { return firmware.client.values.nowMs; });
        const std::string version = "2026.01.10";
        for (const char* product : {"wo:v8", "wearable"}) {
            fleet::FirmwareRecord record;
            record.productId = product;
            record.version = version;
            list.setFilterText(firmware.model.devicesQuery(product, version));
            QVERIFY(list.rowCount() > 0);
            QCOMPARE(static_cast<std::size_t>(list.rowCount()), firmware.model.devicesOn(record));
        }
        // What has a meaning of its own in a query stands for itself.
        QCOMPARE(firmware.model.devicesQuery("a\"b\\", "1.*"), QStringLiteral("model:\"a\\\"b\\\\\" AND FW:\"1.*\""));
    }
};

}  // namespace drydock::tests

QTEST_MAIN(drydock::tests::FirmwareModelsTest)
#include "firmware_models_test.moc"
