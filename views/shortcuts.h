// The window's keys in one place: what they are, what they are called, and the list F1 shows.
// Thread: GUI.
#pragma once

#include <functional>
#include <vector>

#include <QDialog>
#include <QKeySequence>
#include <QString>

namespace drydock::views {

struct Shortcut {
    QKeySequence keys;
    QString what;  // translated
};

// Keys that widgets handle themselves (lists, previews) and so are only listed.
[[nodiscard]] std::vector<Shortcut> listedShortcuts();

// A window of its own that doesn't hold up the other; destroys itself when closed.
class ShortcutsList : public QDialog {
    Q_OBJECT
public:
    ShortcutsList(const std::vector<Shortcut>& shortcuts, QWidget* parent);
};

}  // namespace drydock::views
