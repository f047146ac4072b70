// FirmwareDetails: the selected firmware records: one whole, with what it is, its OTA preview, status history,
// manifest, partitions and files; two in comparison; several in sum. And the buttons for what is allowed next. Thread:
// GUI.
#pragma once

#include <vector>

#include "models/fleet/firmware.h"
#include "models/fleet/operator_action.h"
#include "models/notice.h"
#include "views/page.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace drydock::models {
class FirmwareFileModel;
}

namespace drydock::views {

class ComparisonSections;
class DetailsPane;
class FactGrid;
class FirmwareActions;
class OtaSections;
class PartitionMap;
class ZipSaver;

// Fills a DetailsPane; owned by it.
class FirmwareDetails : public QObject {
    Q_OBJECT
public:
    FirmwareDetails(const PageContext& context, DetailsPane& pane);

    // At least one; the pointers are not kept.
    void show(const std::vector<const fleet::FirmwareRecord*>& records);

signals:
    void actionRequested(const drydock::fleet::ActionRequest& action, const QStringList& zipNames);
    void devicesRequested(const QString& query);
    void noticeRaised(const drydock::models::Notice& notice);

private:
    void buildSections();
    void buildFiles();
    void showOne(const fleet::FirmwareRecord& record);
    void showSeveral(const std::vector<const fleet::FirmwareRecord*>& records);
    void showFacts(const fleet::FirmwareRecord& record);
    void showManifest(const fleet::FirmwareRecord& record);

    PageContext m_context;
    DetailsPane* m_pane;
    fleet::FirmwareRecord m_record;  // the one shown whole
    QLabel* m_error = nullptr;
    QWidget* m_errorSection = nullptr;
    FactGrid* m_facts = nullptr;
    QWidget* m_factsSection = nullptr;
    QPushButton* m_devices = nullptr;
    QWidget* m_devicesSection = nullptr;
    ZipSaver* m_saver = nullptr;
    OtaSections* m_ota = nullptr;
    FactGrid* m_history = nullptr;
    QWidget* m_historySection = nullptr;
    FactGrid* m_manifest = nullptr;
    QWidget* m_manifestSection = nullptr;
    PartitionMap* m_partitions = nullptr;
    QWidget* m_partitionSection = nullptr;
    models::FirmwareFileModel* m_files = nullptr;
    QWidget* m_fileSection = nullptr;
    QPlainTextEdit* m_manifestText = nullptr;
    QWidget* m_manifestTextSection = nullptr;
    ComparisonSections* m_comparison = nullptr;
    FirmwareActions* m_actions = nullptr;
};

}  // namespace drydock::views
