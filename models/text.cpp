#include "models/text.h"

#include <algorithm>

#include <QCollator>

namespace drydock::models {

QString toText(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<int>(utf8.size()));
}

std::string foldCase(std::string_view text) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) return toText(text).toCaseFolded().toStdString();
    std::string folded(text);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

int collate(const QString& a, const QString& b) {
    static const QCollator byLocale = [] {
        QCollator made;
        made.setNumericMode(true);
        made.setCaseSensitivity(Qt::CaseInsensitive);
        return made;
    }();
    return byLocale.compare(a, b);
}

}  // namespace drydock::models
