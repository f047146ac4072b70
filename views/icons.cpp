#include "views/icons.h"

#include <array>
#include <cmath>
#include <optional>

#include <QAbstractButton>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "views/painted_icon_engine.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

constexpr std::array<const char*, static_cast<std::size_t>(Icon::count)> kFiles = {
    "24/overview",   "24/devices", "24/firmware", "24/failed",  "24/alerts",       "24/activity",
    "24/quarantine", "16/search",  "16/back",     "16/forward", "16/close",        "16/undo",
    "16/restore",    "16/reset",   "16/release",  "16/assign",  "16/note",         "16/acknowledge",
    "16/resolve",    "16/copy",    "16/remove",   "16/import",  "16/columns",      "16/filter",
    "16/warning",    "16/error",   "16/info",     "16/success", "16/static_group", "16/dynamic_group",
    "16/filling",
};

QString pathOf(Icon which) {
    return QStringLiteral(":/icons/%1.svg").arg(QLatin1String(kFiles.at(static_cast<std::size_t>(which))));
}

// The drawings are black; the tint replaces that.
QByteArray tintedSvg(Icon which, const QColor& colour) {
    QFile file(pathOf(which));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return file.readAll().replace("#000000", colour.name().toLatin1());
}

class TintedIconEngine final : public QIconEngine {
public:
    TintedIconEngine(Icon which, std::optional<QColor> colour) : m_which(which), m_colour(std::move(colour)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State /*state*/) override {
        const double ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, rendered(rect.size() * ratio, mode));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State /*state*/) override {
        return rendered(size, mode);
    }

    [[nodiscard]] QIconEngine* clone() const override { return new TintedIconEngine(*this); }
    [[nodiscard]] QString key() const override { return QStringLiteral("drydock"); }

private:
    [[nodiscard]] QColor tint(QIcon::Mode mode) const {
        const Tokens& t = tokens(QGuiApplication::palette());
        if (mode == QIcon::Disabled) return blended(t.panel, t.quietText, 0.55);
        if (m_colour) return *m_colour;
        return mode == QIcon::Selected || mode == QIcon::Active ? t.text : t.quietText;
    }

    [[nodiscard]] QPixmap rendered(const QSize& size, QIcon::Mode mode) const {
        const QColor colour = tint(mode);
        const QString cacheKey = QStringLiteral("drydock-icon-%1-%2-%3x%4")
                                     .arg(static_cast<int>(m_which))
                                     .arg(colour.name())
                                     .arg(size.width())
                                     .arg(size.height());
        QPixmap pixmap;
        if (QPixmapCache::find(cacheKey, &pixmap)) return pixmap;
        pixmap = QPixmap(size);
        pixmap.fill(Qt::transparent);
        QSvgRenderer renderer(tintedSvg(m_which, colour));
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        QPixmapCache::insert(cacheKey, pixmap);
        return pixmap;
    }

    Icon m_which;
    std::optional<QColor> m_colour;
};

// An icon at the left of a box that is wider than it.
class LeadingIconEngine final : public PaintedIconEngine {
public:
    explicit LeadingIconEngine(QIcon icon) : m_icon(std::move(icon)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        m_icon.paint(painter, QRect(rect.topLeft(), QSize(rect.height(), rect.height())), Qt::AlignCenter, mode, state);
    }

    [[nodiscard]] QIconEngine* clone() const override { return new LeadingIconEngine(*this); }

private:
    QIcon m_icon;
};

}  // namespace

void setLeadingIcon(QAbstractButton& button, const QIcon& icon, int side) {
    button.setIconSize(QSize(scaled(side) + space::k1, scaled(side)));
    button.setIcon(QIcon(new LeadingIconEngine(icon)));
}

QIcon icon(Icon which) {
    return QIcon(new TintedIconEngine(which, std::nullopt));
}

QIcon icon(Icon which, const QColor& colour) {
    return QIcon(new TintedIconEngine(which, colour));
}

bool iconExists(Icon which) {
    return QSvgRenderer(pathOf(which)).isValid();
}

}  // namespace drydock::views
