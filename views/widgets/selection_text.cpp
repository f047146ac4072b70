#include "views/widgets/selection_text.h"

#include <QAbstractItemModel>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace drydock::views {

namespace {

QString titleOf(const QAbstractItemModel& model, int column) {
    return model.headerData(column, Qt::Horizontal).toString();
}

QString textOf(const QAbstractItemModel& model, int row, int column) {
    return model.index(row, column).data().toString();
}

QString forTabs(QString text) {
    // A tab or line break within a cell would shift everything after it.
    return text.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QString forCsv(QString text) {
    const bool quote = text.contains(QLatin1Char(',')) || text.contains(QLatin1Char('"')) ||
                       text.contains(QLatin1Char('\n')) || text.contains(QLatin1Char('\r'));
    if (!quote) return text;
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

QString asJson(const QAbstractItemModel& model, const QList<int>& rows, const QList<int>& columns) {
    QJsonArray array;
    for (const int row : rows) {
        QJsonObject object;
        for (const int column : columns) object.insert(titleOf(model, column), textOf(model, row, column));
        array.append(object);
    }
    return QString::fromUtf8(QJsonDocument(array).toJson());
}

}  // namespace

QString rowsAsText(const QAbstractItemModel& model, const QList<int>& rows, const QList<int>& columns,
                   TextFormat format) {
    if (rows.isEmpty() || columns.isEmpty()) return {};
    if (format == TextFormat::json) return asJson(model, rows, columns);
    const bool csv = format == TextFormat::csv;
    const QString separator = csv ? QStringLiteral(",") : QStringLiteral("\t");
    const QString lineEnd = csv ? QStringLiteral("\r\n") : QStringLiteral("\n");
    const auto cellOf = [csv](const QString& text) { return csv ? forCsv(text) : forTabs(text); };
    QStringList lines;
    QStringList cells;
    if (csv || rows.size() > 1) {
        for (const int column : columns) cells.append(cellOf(titleOf(model, column)));
        lines.append(cells.join(separator));
    }
    for (const int row : rows) {
        cells.clear();
        for (const int column : columns) cells.append(cellOf(textOf(model, row, column)));
        lines.append(cells.join(separator));
    }
    return lines.join(lineEnd) + (csv ? lineEnd : QString());
}

}  // namespace drydock::views
