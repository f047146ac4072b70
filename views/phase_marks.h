// The mark of a phase: one shape, one word, one hue, the same in list, diagram, timeline, tile and chart. Shapes are
// painted, not taken from a font, so they look alike everywhere.
// Thread: GUI.
// Source: the hues are Okabe and Ito's colour-blind-safe palette; edges are darkened (light theme) or lightened (dark
// theme) to 3 : 1 on the surfaces, which some of the hues miss.
#pragma once

#include <cstdint>

#include <QColor>
#include <QIcon>
#include <QString>

#include "models/fleet/retry_cycle.h"

class QPainter;
class QRectF;

namespace drydock::views {

struct Tokens;

// The phases in their order, and one more.
enum class Mark : std::uint8_t { well, retrying, coolingOff, failing, failed, unknown };
inline constexpr Mark kAllMarks[] = {Mark::well,    Mark::retrying, Mark::coolingOff,
                                     Mark::failing, Mark::failed,   Mark::unknown};

[[nodiscard]] Mark markOf(fleet::Phase phase);
// Of a phase that came as a number from a model; Mark::unknown when out of range.
[[nodiscard]] Mark markFromInt(int phase);
[[nodiscard]] QString markWord(Mark mark);  // translated: "well", "retrying", "cooling off", …

struct MarkColours {
    QColor fill;
    QColor edge;  // at least 3 : 1 on panel and window
};
[[nodiscard]] MarkColours markColours(Mark mark, const Tokens& tokens);

// Centred in `box`, as large as its shorter side.
void paintMark(QPainter& painter, const QRectF& box, Mark mark, const Tokens& tokens);
[[nodiscard]] QIcon markIcon(Mark mark);

}  // namespace drydock::views
