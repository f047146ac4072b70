// ComparisonSections: how two firmware packages differ, from the older version to the newer, in a details pane: fields
// of the manifest, files and partitions, a short table each; or that they don't. Copies itself as text.
// Thread: GUI.
#pragma once

#include <vector>

#include <QObject>

#include "models/firmware_comparison_model.h"

class QLabel;

namespace drydock::views {

class DetailsPane;

// Adds its sections to a DetailsPane; owned by it.
class ComparisonSections : public QObject {
    Q_OBJECT
public:
    explicit ComparisonSections(DetailsPane& pane);

    void compare(const fleet::FirmwareRecord& one, const fleet::FirmwareRecord& other);
    void hide();

signals:
    void copied();

private:
    struct Part {
        QString name;
        models::FirmwareComparisonModel* model;
        QWidget* section;
    };
    void addPart(DetailsPane& pane, models::FirmwareComparisonModel::Part part, const QString& name);
    // All of it, with whole sizes and hashes: a heading a part, columns by tabs.
    [[nodiscard]] QString asText() const;

    QLabel* m_verdict = nullptr;
    QWidget* m_verdictSection = nullptr;
    std::vector<Part> m_parts;
    QWidget* m_copySection = nullptr;
};

}  // namespace drydock::views
