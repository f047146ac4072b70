// ZipSaver: "Save ZIP as…" in a details pane: asks for a place, has the ZIP of a firmware copied there, and says what
// came of it. One copy at a time.
// Thread: GUI; the copy is made elsewhere.
#pragma once

#include <cstdint>

#include <QObject>
#include <QString>

#include "models/fleet/firmware.h"
#include "models/notice.h"
#include "views/page.h"

class QPushButton;

namespace drydock::views {

class DetailsPane;

// Adds its link to a DetailsPane; owned by it.
class ZipSaver : public QObject {
    Q_OBJECT
public:
    ZipSaver(const PageContext& context, DetailsPane& pane);

    void show(const fleet::FirmwareRecord& record);
    void hide();

signals:
    void noticeRaised(const drydock::models::Notice& notice);

private:
    void choosePlace();
    void save(const QString& zipName, const QString& path);
    void take(const storage::Result<std::uint64_t>& saved, const QString& path);
    void refresh();
    [[nodiscard]] QString whyNot() const;
    [[nodiscard]] QString suggestedName() const;

    PageContext m_context;
    fleet::FirmwareRecord m_record;
    bool m_saving = false;
    QPushButton* m_link;
    QWidget* m_section;
};

}  // namespace drydock::views
