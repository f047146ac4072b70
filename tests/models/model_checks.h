// What every model of ours must hold, beside what QAbstractItemModelTester looks at.
#pragma once

#include <QAbstractItemModel>
#include <QAbstractItemModelTester>
#include <QtTest>

#include "models/roles.h"

namespace drydock::tests {

// The ends, where QAbstractItemModelTester is content with an off-by-one. Returns what is wrong; empty: nothing.
inline QString wrongAtTheEnds(const QAbstractItemModel& model) {
    const int rows = model.rowCount();
    const int columns = model.columnCount();
    if (columns < 1) return QStringLiteral("no columns");
    if (model.index(rows, 0).isValid()) return QStringLiteral("an index behind the last row");
    if (model.index(0, columns).isValid()) return QStringLiteral("an index behind the last column");
    if (model.index(-1, 0).isValid() || model.index(0, -1).isValid())
        return QStringLiteral("an index before the first");
    if (model.data({}).isValid()) return QStringLiteral("data without an index");
    for (const int section : {-1, columns}) {
        if (model.headerData(section, Qt::Horizontal).isValid()) return QStringLiteral("a title beyond the columns");
    }
    for (int column = 0; column < columns; ++column) {
        if (model.headerData(column, Qt::Horizontal).toString().isEmpty())
            return QStringLiteral("a column without title");
    }
    for (const int row : {0, rows - 1}) {
        if (rows == 0) break;
        const QModelIndex last = model.index(row, columns - 1);
        if (!last.isValid()) return QStringLiteral("no index at the last cell");
        if (model.rowCount(last) != 0 || model.columnCount(last) != 0) return QStringLiteral("a cell with children");
        if (!model.data(model.index(row, 0), drydock::models::IdRole).isValid())
            return QStringLiteral("a row without id");
        for (int column = 0; column < columns; ++column) {
            if (!model.data(model.index(row, column)).isValid()) return QStringLiteral("a cell without text");
            for (int role = Qt::UserRole; role < drydock::models::DifferenceRole + 3; ++role)
                static_cast<void>(model.data(model.index(row, column), role));
        }
    }
    return {};
}

inline QStringList columnTexts(const QAbstractItemModel& model, int column, int role = Qt::DisplayRole) {
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) texts.push_back(model.index(row, column).data(role).toString());
    return texts;
}

}  // namespace drydock::tests
