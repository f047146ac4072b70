// FirmwareComparisonModel: one part of how two firmware packages differ, a row a difference: fields of their manifests,
// files with size and hash (a line each in their cells), or partitions with their offsets. Only what differs has a row.
// Thread: GUI.
#pragma once

#include <cstdint>
#include <vector>

#include "models/fleet/firmware_compare.h"
#include "models/roles.h"
#include "models/table_model.h"

namespace drydock::models {

class FirmwareComparisonModel final : public TableModel {
    Q_OBJECT
public:
    enum Column : int { NameColumn, BeforeColumn, AfterColumn, ColumnCount };
    enum class Part : std::uint8_t { manifest, files, partitions };

    explicit FirmwareComparisonModel(Part part, QObject* parent = nullptr) : TableModel(parent), m_part(part) {}

    // `before` and `after` head the sides, e.g. by their versions.
    void setComparison(const fleet::FirmwareComparison& comparison, const QString& before, const QString& after);

protected:
    int rows() const override { return static_cast<int>(m_lines.size()); }
    int columns() const override { return ColumnCount; }
    QVariant cell(int row, int column, int role) const override;
    QString title(int column) const override;

private:
    // A side of a line: fit for a cell, and whole for tooltip and copy. Empty: this side has no such thing.
    struct Side {
        QString text;
        QString whole;
        friend bool operator==(const Side&, const Side&) = default;
    };
    struct Line {
        QString name;
        Side before;
        Side after;
        friend bool operator==(const Line&, const Line&) = default;
    };
    [[nodiscard]] std::vector<Line> linesOf(const fleet::FirmwareComparison& comparison) const;
    [[nodiscard]] static Side sideOf(const fleet::FirmwareFile& file);
    [[nodiscard]] static Side sideOf(const std::optional<std::uint32_t>& offset);
    [[nodiscard]] static Difference differenceOf(const Line& line);
    [[nodiscard]] QString differenceText(const Line& line) const;

    Part m_part;
    std::vector<Line> m_lines;
    QString m_before;
    QString m_after;
};

}  // namespace drydock::models
