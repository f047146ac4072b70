#include "views/shortcuts.h"

#include <QGridLayout>
#include <QLabel>
#include <QVariant>

#include "views/theme.h"

namespace drydock::views {

std::vector<Shortcut> listedShortcuts() {
    return {
        {QKeySequence(QStringLiteral("Ctrl+1")), ShortcutsList::tr("The first page; Ctrl+2 the second, and so on")},
        {QKeySequence(Qt::Key_Down), ShortcutsList::tr("In a filter: down into the list")},
        {QKeySequence(QStringLiteral("Ctrl+A")), ShortcutsList::tr("In a list: select everything")},
        {QKeySequence(QStringLiteral("Shift+Down")), ShortcutsList::tr("In a list: select one more")},
        {QKeySequence(QStringLiteral("Shift+F10")), ShortcutsList::tr("On a group at the left: edit or delete it")},
        {QKeySequence(QStringLiteral("Ctrl+Return")), ShortcutsList::tr("In a preview: do it")},
        {QKeySequence(Qt::Key_Escape), ShortcutsList::tr("Empty a field; close a preview")},
    };
}

ShortcutsList::ShortcutsList(const std::vector<Shortcut>& shortcuts, QWidget* parent) : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(space::k5, space::k5, space::k5, space::k5);
    grid->setHorizontalSpacing(space::k5);
    grid->setVerticalSpacing(space::k2);
    int row = 0;
    for (const Shortcut& shortcut : shortcuts) {
        auto* keys = new QLabel(shortcut.keys.toString(QKeySequence::NativeText));
        keys->setFont(monoFont());
        keys->setProperty("quiet", true);
        grid->addWidget(keys, row, 0);
        grid->addWidget(new QLabel(shortcut.what), row, 1);
        ++row;
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
}

}  // namespace drydock::views
