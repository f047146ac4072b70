// FirmwarePage: the firmware records with their release status; switches for which of them to see; import by button or
// by dropping ZIP files.
// Thread: GUI.
#pragma once

#include <vector>

#include <QStringList>

#include "models/firmware_model.h"
#include "views/widgets/list_page.h"

namespace drydock::views {

class FirmwareDetails;

class FirmwarePage final : public ListPage {
    Q_OBJECT
public:
    explicit FirmwarePage(const PageContext& context, QWidget* parent = nullptr);

    // Imports these files one after the other and says what became of each.
    void importFiles(const QStringList& paths);

protected:
    int rowOf(const QString& id) const override;
    void showEverything() override;
    void showRows(const QList<int>& rows) override;
    QString summary() const override;
    void refreshEmptyState() override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* buildSwitches();
    void buildTable();
    void buildDetails();
    void chooseFiles();
    void importNext();
    void takeImported(const storage::Result<fleet::FirmwareRecord>& imported);
    void applySwitches();
    void refreshSwitches();
    void restoreSwitches();
    void refreshImportButton();

    struct Switch {
        models::FirmwareGroup group;
        QString name;
        QPushButton* button;
    };
    models::FirmwareModel* m_firmware;
    std::vector<Switch> m_switches;
    FirmwareDetails* m_record = nullptr;
    QPushButton* m_import = nullptr;
    QStringList m_toImport;
    int m_imported = 0;  // of the files under way and those before them
};

}  // namespace drydock::views
