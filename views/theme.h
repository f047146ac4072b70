// The look: colours, type and spacing, each named once. Nothing else in this room holds a colour or a size of its own.
//
// Colours follow the palette of the widget that asks, so a painted widget is right in both themes without listening
// for a change: Qt repaints it when the palette changes.
// Thread: GUI.
// Source: the desk's design notes (surfaces, accent, type scale, spacing); phase hues after Okabe and Ito.
#pragma once

#include <cstdint>

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

class QWidget;

namespace drydock::views {

struct Tokens {
    bool dark = false;
    QColor window;  // behind everything
    QColor panel;   // what holds content
    QColor line;    // hairlines and borders
    QColor text;
    QColor quietText;  // captions, units, what is known anyway; at least 4.5 : 1 on panel and window
    QColor accent;     // the one accent: links, focus, selection marks, default buttons
    QColor onAccent;   // text on the accent
    QColor hover;      // tint of the accent, opaque
    QColor selection;  // stronger tint of the accent, opaque
    QColor good;       // success banners, "added" in a difference
    QColor warning;
    QColor bad;       // errors, "removed" in a difference
    QColor goodTint;  // backgrounds to the three, opaque; `text` reads on them
    QColor warningTint;
    QColor badTint;
};

[[nodiscard]] const Tokens& tokens(bool dark);
[[nodiscard]] const Tokens& tokens(const QPalette& palette);
[[nodiscard]] const Tokens& tokens(const QWidget& widget);

// Type. The numbers are pixels at 96 dpi; they grow with the desktop's font resolution.
enum class TextSize : std::uint8_t { caption = 11, body = 13, title = 16, figure = 28 };
[[nodiscard]] QFont textFont(TextSize size = TextSize::body, bool emphasized = false);
[[nodiscard]] QFont monoFont(TextSize size = TextSize::body);  // ids, versions, hashes
// For columns of numbers: digits of one width. The text font where its digits are, else the mono font.
[[nodiscard]] QFont numberFont(TextSize size = TextSize::body);

// Spacing, in pixels at 96 dpi.
namespace space {
inline constexpr int k1 = 4;
inline constexpr int k2 = 8;
inline constexpr int k3 = 12;
inline constexpr int k4 = 16;
inline constexpr int k5 = 24;
inline constexpr int k6 = 32;
}  // namespace space
inline constexpr int kRowHeight = 26;
inline constexpr int kCompactRowHeight = 22;

// `pixels` at 96 dpi as pixels at the desktop's font resolution: for what must grow with the text in it.
[[nodiscard]] int scaled(int pixels);

// Puts `ratio` (0…1) of `top` over `base`; opaque.
[[nodiscard]] QColor blended(const QColor& base, const QColor& top, double ratio);
// WCAG contrast, 1…21.
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

enum class ThemeChoice : std::uint8_t { followDesktop, light, dark };

// Gives the whole application its palette, fonts and style sheet, and keeps them with the desktop's if told to.
// One at a time; it needs a QApplication, and leaves its look behind when destroyed.
class Theme final : public QObject {
    Q_OBJECT
public:
    explicit Theme(ThemeChoice choice, QObject* parent = nullptr);

    void choose(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] bool isDark() const { return m_dark; }

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] static bool desktopIsDark();
    void apply();

    ThemeChoice m_choice;
    bool m_dark = false;
    bool m_applying = false;
};

}  // namespace drydock::views
