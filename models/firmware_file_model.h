// FirmwareFileModel: the files of a firmware package, with what their check against the manifest has found: a package
// is in the list of records as one that can be released only if every file that is hashed was as listed.
// Thread: GUI.
#pragma once

#include <cstdint>
#include <vector>

#include "models/fleet/firmware.h"
#include "models/table_model.h"

namespace drydock::models {

class FirmwareFileModel final : public TableModel {
    Q_OBJECT
public:
    enum Column : int { NameColumn, SizeColumn, HashColumn, CheckColumn, ColumnCount };

    using TableModel::TableModel;

    void setRecord(const fleet::FirmwareRecord& record);

protected:
    int rows() const override { return static_cast<int>(m_files.size()); }
    int columns() const override { return ColumnCount; }
    QVariant cell(int row, int column, int role) const override;
    QString title(int column) const override;
    bool isNumeric(int column) const override { return column == SizeColumn; }

private:
    [[nodiscard]] QString display(const fleet::FirmwareFile& file, int column) const;
    [[nodiscard]] QString whole(const fleet::FirmwareFile& file, int column) const;

    std::vector<fleet::FirmwareFile> m_files;
    std::int64_t m_checkedMs = 0;  // when they were hashed last
    bool m_atRelease = false;      // … for the release, else for the import
};

}  // namespace drydock::models
