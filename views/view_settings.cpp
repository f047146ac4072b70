#include "views/view_settings.h"

namespace drydock::views {

namespace {
QString tableKey(const QString& table, int version) {
    return QStringLiteral("tables/%1/v%2").arg(table).arg(version);
}
QString filterKey(const QString& page) {
    return QStringLiteral("pages/%1/filter").arg(page);
}
QString splitterKey(const QString& splitter) {
    return QStringLiteral("splitters/%1").arg(splitter);
}
constexpr const char* kGeometry = "window/geometry";
constexpr const char* kLastPage = "window/page";
}  // namespace

ViewSettings::ViewSettings()
    : m_settings(std::make_unique<QSettings>(QStringLiteral("Drydock"), QStringLiteral("Drydock"))) {}

ViewSettings::ViewSettings(const QString& file) : m_settings(std::make_unique<QSettings>(file, QSettings::IniFormat)) {}

QByteArray ViewSettings::bytes(const QString& key) const {
    return m_settings->value(key).toByteArray();
}

QByteArray ViewSettings::windowGeometry() const {
    return bytes(QLatin1String(kGeometry));
}

void ViewSettings::setWindowGeometry(const QByteArray& geometry) {
    m_settings->setValue(QLatin1String(kGeometry), geometry);
}

QString ViewSettings::lastPage() const {
    return m_settings->value(QLatin1String(kLastPage)).toString();
}

void ViewSettings::setLastPage(const QString& page) {
    m_settings->setValue(QLatin1String(kLastPage), page);
}

QByteArray ViewSettings::tableState(const QString& table, int version) const {
    return bytes(tableKey(table, version));
}

void ViewSettings::setTableState(const QString& table, int version, const QByteArray& state) {
    m_settings->setValue(tableKey(table, version), state);
}

QString ViewSettings::filter(const QString& page) const {
    return m_settings->value(filterKey(page)).toString();
}

void ViewSettings::setFilter(const QString& page, const QString& filter) {
    m_settings->setValue(filterKey(page), filter);
}

QByteArray ViewSettings::splitterState(const QString& splitter) const {
    return bytes(splitterKey(splitter));
}

void ViewSettings::setSplitterState(const QString& splitter, const QByteArray& state) {
    m_settings->setValue(splitterKey(splitter), state);
}

}  // namespace drydock::views
