// PartitionMap: a partition table as a strip of the flash, each partition from its offset to the next, with its name.
// A partition too narrow for its name is told by the tooltip. Painted; the table is also in the accessible description.
// Thread: GUI.
#pragma once

#include <vector>

#include <QWidget>

#include "models/fleet/firmware.h"

namespace drydock::views {

class PartitionMap : public QWidget {
    Q_OBJECT
public:
    explicit PartitionMap(QWidget* parent = nullptr);

    // In any order. The size of the last one is not in the table: it is drawn as long as the longest.
    void setPartitions(std::vector<fleet::Partition> partitions);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRectF boxOf(std::size_t partition) const;
    [[nodiscard]] QString words(std::size_t partition) const;

    std::vector<fleet::Partition> m_partitions;  // by offset
    std::vector<double> m_starts;                // 0…1 of the width, with the end of the last behind them
};

}  // namespace drydock::views
