#include "views/theme.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QScreen>
#include <QStyleFactory>
#include <QWidget>

// Resources of a static library are linked only when asked for, and the macro must stand outside any namespace.
static void loadResources() {
    Q_INIT_RESOURCE(drydock);
}

namespace drydock::views {

namespace {

constexpr double kReferenceDpi = 96.0;
constexpr double kPointsPerInch = 72.0;

Tokens makeTokens(bool dark) {
    Tokens t;
    t.dark = dark;
    t.window = dark ? QColor(0x14181D) : QColor(0xF6F7F9);
    t.panel = dark ? QColor(0x1B2027) : QColor(0xFFFFFF);
    t.line = dark ? QColor(0x303841) : QColor(0xDDE1E6);
    t.text = dark ? QColor(0xE6EAEE) : QColor(0x1B1F24);
    t.quietText = dark ? QColor(0x9AA5B1) : QColor(0x5B6570);
    t.accent = dark ? QColor(0x56B4E9) : QColor(0x0072B2);
    t.onAccent = dark ? QColor(0x0E1216) : QColor(0xFFFFFF);
    t.good = dark ? QColor(0x3CC79A) : QColor(0x00714F);
    t.warning = dark ? QColor(0xF0B53C) : QColor(0x8A5A00);
    t.bad = dark ? QColor(0xFF8A73) : QColor(0xB3261E);
    t.hover = blended(t.panel, t.accent, dark ? 0.09 : 0.06);
    t.selection = blended(t.panel, t.accent, dark ? 0.18 : 0.15);
    t.goodTint = blended(t.panel, t.good, dark ? 0.16 : 0.09);
    t.warningTint = blended(t.panel, t.warning, dark ? 0.16 : 0.11);
    t.badTint = blended(t.panel, t.bad, dark ? 0.16 : 0.08);
    return t;
}

double pointsOf(int pixels) {
    return pixels * kPointsPerInch / kReferenceDpi;
}

QPalette paletteOf(const Tokens& t) {
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor& colour, const QColor& disabled) {
        palette.setColor(QPalette::All, role, colour);
        palette.setColor(QPalette::Disabled, role, disabled);
    };
    const auto setAll = [&set](QPalette::ColorRole role, const QColor& colour) { set(role, colour, colour); };
    const QColor faint = blended(t.panel, t.quietText, 0.7);
    setAll(QPalette::Window, t.window);
    setAll(QPalette::Base, t.panel);
    setAll(QPalette::AlternateBase, t.window);
    setAll(QPalette::Button, t.panel);
    setAll(QPalette::ToolTipBase, t.text);
    setAll(QPalette::ToolTipText, t.panel);
    set(QPalette::WindowText, t.text, faint);
    set(QPalette::Text, t.text, faint);
    set(QPalette::ButtonText, t.text, faint);
    setAll(QPalette::PlaceholderText, t.quietText);
    setAll(QPalette::BrightText, t.bad);
    setAll(QPalette::Highlight, t.accent);
    setAll(QPalette::HighlightedText, t.onAccent);
    setAll(QPalette::Link, t.accent);
    setAll(QPalette::LinkVisited, t.accent);
    setAll(QPalette::Light, t.panel);
    setAll(QPalette::Midlight, t.line);
    setAll(QPalette::Mid, t.line);
    setAll(QPalette::Dark, t.line);
    setAll(QPalette::Shadow, t.dark ? QColor(0x0A0D10) : t.line);
    return palette;
}

// The style sheet with the tokens' names, written @name, replaced by their values.
QString styleSheetOf(const Tokens& t) {
    QFile file(QStringLiteral(":/styles/drydock.qss"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> colours[] = {
        {"@window", t.window},
        {"@panel", t.panel},
        {"@line", t.line},
        {"@text", t.text},
        {"@quietText", t.quietText},
        {"@accent", t.accent},
        {"@onAccent", t.onAccent},
        {"@hover", t.hover},
        {"@selection", t.selection},
        {"@goodTint", t.goodTint},
        {"@warningTint", t.warningTint},
        {"@badTint", t.badTint},
        {"@good", t.good},
        {"@warning", t.warning},
        {"@bad", t.bad},
        {"@accentPressed", blended(t.accent, t.text, 0.2)},
        {"@faint", blended(t.panel, t.quietText, 0.7)},
        {"@scrollHandle", blended(t.panel, t.quietText, 0.4)},
    };
    for (const auto& [name, colour] : colours) {
        // The whole word only: @good is not the beginning of @goodTint.
        sheet.replace(QRegularExpression(QLatin1String(name) + QStringLiteral("\\b")), colour.name());
    }
    static const QRegularExpression size(QStringLiteral("(\\d+)sp\\b"));  // pixels that grow with the text
    QRegularExpressionMatch match;
    for (qsizetype at = 0; (at = sheet.indexOf(size, static_cast<int>(at), &match)) >= 0;) {
        sheet.replace(match.capturedStart(), match.capturedLength(),
                      QStringLiteral("%1px").arg(scaled(match.captured(1).toInt())));
    }
    return sheet;
}

double linearised(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c) {
    return 0.2126 * linearised(c.redF()) + 0.7152 * linearised(c.greenF()) + 0.0722 * linearised(c.blueF());
}

}  // namespace

const Tokens& tokens(bool dark) {
    static const Tokens kLight = makeTokens(false);
    static const Tokens kDark = makeTokens(true);
    return dark ? kDark : kLight;
}

const Tokens& tokens(const QPalette& palette) {
    return tokens(palette.color(QPalette::Window).lightness() < 128);
}

const Tokens& tokens(const QWidget& widget) {
    return tokens(widget.palette());
}

QFont textFont(TextSize size, bool emphasized) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setPointSizeF(pointsOf(static_cast<int>(size)));
    font.setWeight(emphasized ? QFont::DemiBold : QFont::Normal);
    return font;
}

QFont monoFont(TextSize size) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    // Some platforms name no fixed font; the generic family is one everywhere.
    if (!QFontInfo(font).fixedPitch()) font = QFont(QStringLiteral("monospace"));
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(pointsOf(static_cast<int>(size)));
    return font;
}

QFont numberFont(TextSize size) {
    const QFont font = textFont(size);
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) > 0.1) return monoFont(size);
    }
    return font;
}

int scaled(int pixels) {
    const QScreen* screen = QGuiApplication::primaryScreen();
    if (screen == nullptr) return pixels;
    return static_cast<int>(std::lround(pixels * screen->logicalDotsPerInchY() / kReferenceDpi));
}

QColor blended(const QColor& base, const QColor& top, double ratio) {
    const auto mix = [ratio](double from, double to) { return from + (to - from) * ratio; };
    return QColor::fromRgbF(mix(base.redF(), top.redF()), mix(base.greenF(), top.greenF()),
                            mix(base.blueF(), top.blueF()));
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Theme::Theme(ThemeChoice choice, QObject* parent) : QObject(parent), m_choice(choice) {
    loadResources();
    apply();
    qApp->installEventFilter(this);
}

void Theme::choose(ThemeChoice choice) {
    m_choice = choice;
    apply();
}

bool Theme::desktopIsDark() {
    // Without a palette of our own the application's is the desktop's.
    QApplication::setPalette(QPalette());
    return QApplication::palette().color(QPalette::Window).lightness() < 128;
}

void Theme::apply() {
    m_applying = true;
    m_dark = m_choice == ThemeChoice::dark || (m_choice == ThemeChoice::followDesktop && desktopIsDark());
    const Tokens& t = tokens(m_dark);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(paletteOf(t));
    QApplication::setFont(textFont());
    qApp->setStyleSheet(styleSheetOf(t));
    m_applying = false;
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    // ThemeChange comes to windows when the desktop's own look changes.
    if (event->type() == QEvent::ThemeChange && m_choice == ThemeChoice::followDesktop && !m_applying) apply();
    return QObject::eventFilter(watched, event);
}

}  // namespace drydock::views
