// TableModel: a flat table whose Qt virtuals are written once, with the bounds checked, so that a model states only
// what its cells hold. Thread: GUI.
#pragma once

#include <QAbstractTableModel>

namespace drydock::models {

class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

protected:
    [[nodiscard]] virtual int rows() const = 0;
    [[nodiscard]] virtual int columns() const = 0;
    // 0 <= row < rows(), 0 <= column < columns().
    [[nodiscard]] virtual QVariant cell(int row, int column, int role) const = 0;
    [[nodiscard]] virtual QString title(int column) const = 0;
    // Numbers and times stand right.
    [[nodiscard]] virtual bool isNumeric(int column) const;
};

}  // namespace drydock::models
