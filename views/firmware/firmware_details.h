// FirmwareDetails: one firmware record whole: what it is, its status history, partitions and files, and the buttons for
// what is allowed next.
// Thread: GUI.
#pragma once

#include <vector>

#include "models/fleet/firmware.h"
#include "models/fleet/operator_action.h"
#include "views/page.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStandardItemModel;

namespace drydock::views {

class DetailsPane;
class FactGrid;
class FittedTable;
class PartitionMap;

// Fills a DetailsPane; owned by it.
class FirmwareDetails : public QObject {
    Q_OBJECT
public:
    FirmwareDetails(const PageContext& context, DetailsPane& pane);

    void show(const fleet::FirmwareRecord& record, std::size_t devices);
    void showMany(int count);

signals:
    void actionRequested(drydock::fleet::ActionKind kind, const QString& zipName, const QString& text);
    void devicesRequested(const QString& model, const QString& version);

private:
    void buildSections();
    void buildActions();
    void showFacts(const fleet::FirmwareRecord& record, std::size_t devices);
    void showFiles(const fleet::FirmwareRecord& record);
    void refreshActions();

    struct Transition {
        fleet::ReleaseStatus to;
        QPushButton* button;
    };
    PageContext m_context;
    DetailsPane* m_pane;
    fleet::FirmwareRecord m_record;
    QLabel* m_error = nullptr;
    FactGrid* m_facts = nullptr;
    FactGrid* m_history = nullptr;
    PartitionMap* m_partitions = nullptr;
    FittedTable* m_files = nullptr;
    QStandardItemModel* m_fileModel = nullptr;
    QPlainTextEdit* m_manifest = nullptr;
    QWidget* m_historySection = nullptr;
    QWidget* m_factsSection = nullptr;
    QWidget* m_partitionSection = nullptr;
    QWidget* m_fileSection = nullptr;
    QWidget* m_manifestSection = nullptr;
    QPushButton* m_devices = nullptr;
    QWidget* m_devicesSection = nullptr;
    QWidget* m_errorSection = nullptr;
    QPushButton* m_delete = nullptr;
    std::vector<Transition> m_transitions;
};

}  // namespace drydock::views
