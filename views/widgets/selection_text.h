// Rows of a list as text for the clipboard or a file.
// Thread: GUI.
#pragma once

#include <cstdint>

#include <QList>
#include <QString>

class QAbstractItemModel;

namespace drydock::views {

enum class TextFormat : std::uint8_t {
    tabs,  // columns by tabs, rows by lines; a header line when there is more than one row
    csv,   // RFC 4180, with a header line
    json,  // a list of objects by column title, texts as shown
};

// `rows` and `columns` are of the model, in the order wanted.
[[nodiscard]] QString rowsAsText(const QAbstractItemModel& model, const QList<int>& rows, const QList<int>& columns,
                                 TextFormat format);

}  // namespace drydock::views
