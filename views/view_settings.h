// What the window remembers between starts: the only place in this room that touches QSettings.
// Thread: GUI. Writes are QSettings' own (delayed, atomic); a value that can't be read is its default.
#pragma once

#include <memory>

#include <QByteArray>
#include <QSettings>
#include <QString>

namespace drydock::views {

class ViewSettings {
public:
    ViewSettings();                              // the person's own, in the desktop's usual place
    explicit ViewSettings(const QString& file);  // an INI file, for tests and portable use

    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    [[nodiscard]] QString lastPage() const;
    void setLastPage(const QString& page);

    // Of a table: columns, order, widths and sort as QHeaderView::saveState() has them. `version` is the table's set
    // of columns; a state saved under another is ignored, since it would hide the wrong ones.
    [[nodiscard]] QByteArray tableState(const QString& table, int version) const;
    void setTableState(const QString& table, int version, const QByteArray& state);

    [[nodiscard]] QString filter(const QString& page) const;
    void setFilter(const QString& page, const QString& filter);

    [[nodiscard]] QByteArray splitterState(const QString& splitter) const;
    void setSplitterState(const QString& splitter, const QByteArray& state);

private:
    [[nodiscard]] QByteArray bytes(const QString& key) const;

    std::unique_ptr<QSettings> m_settings;
};

}  // namespace drydock::views
