// OtaSections: the OTA preview of a firmware in a details pane: what a device on this version is offered next, and on
// any other version somebody types; and which devices would be offered this one. Follows the list of records.
// Thread: GUI.
#pragma once

#include <string>

#include <QObject>

#include "models/fleet/firmware.h"
#include "models/ota_preview.h"
#include "views/page.h"

class QLabel;
class QLineEdit;

namespace drydock::views {

class DetailsPane;
class LinkRows;

// Adds its section to a DetailsPane; owned by it.
class OtaSections : public QObject {
    Q_OBJECT
public:
    OtaSections(const PageContext& context, DetailsPane& pane);

    // A refused package is no version a device could be on: nothing is shown of it.
    void show(const fleet::FirmwareRecord& record);
    void hide();

signals:
    // A line of those who would be offered it: the devices on that version.
    void devicesRequested(const QString& version);

private:
    QWidget* buildContent();
    void refresh();
    void showTakers(const models::OtaPreview& preview);

    PageContext m_context;
    fleet::FirmwareRecord m_record;  // shown; without a ZIP name: none
    QLabel* m_next = nullptr;
    QLabel* m_takersSaid = nullptr;
    LinkRows* m_takers = nullptr;
    QLineEdit* m_other = nullptr;
    QLabel* m_otherNext = nullptr;
    QWidget* m_section = nullptr;
};

}  // namespace drydock::views
