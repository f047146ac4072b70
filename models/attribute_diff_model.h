// AttributeDiffModel: a device's attributes as they are now beside its backup, a row a name.
// Thread: GUI.
#pragma once

#include <optional>
#include <vector>

#include "models/fleet/device.h"
#include "models/roles.h"
#include "models/table_model.h"

namespace drydock::models {

class AttributeDiffModel final : public TableModel {
    Q_OBJECT
public:
    enum Column : int { NameColumn, NowColumn, BackupColumn, ColumnCount };

    using TableModel::TableModel;

    // The backup is the earlier side. Without one every row is `same` and the backup's cells are empty.
    void setAttributes(const fleet::Attributes& now, const std::optional<fleet::Attributes>& backup);
    [[nodiscard]] bool hasBackup() const { return m_hasBackup; }
    [[nodiscard]] int differences() const;
    [[nodiscard]] static QString differenceText(Difference difference);

protected:
    int rows() const override { return static_cast<int>(m_rows.size()); }
    int columns() const override { return ColumnCount; }
    QVariant cell(int row, int column, int role) const override;
    QString title(int column) const override;

private:
    struct Line {
        QString name;
        QString now;
        QString backup;
        Difference difference = Difference::same;
        friend bool operator==(const Line&, const Line&) = default;
    };
    std::vector<Line> m_rows;
    bool m_hasBackup = false;
};

}  // namespace drydock::models
