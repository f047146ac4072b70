#include "views/widgets/cycle_geometry.h"

#include <algorithm>
#include <cmath>

namespace drydock::views {

namespace {

// Pixels at 96 dpi.
constexpr double kMargin = 28;   // half a caption stands left of the first and right of the last station
constexpr double kGap = 22;      // between a station and the foot of an arch
constexpr double kLastGap = 62;  // failing to failed: their captions stand side by side
constexpr double kClockRadius = 17;
constexpr double kLeastRadius = 32;
constexpr double kMostRadius = 64;
constexpr double kAboveArch = 14;    // half a tick and the mark of a device at the top
constexpr double kCaption = 28;      // a mark's half and one line below it
constexpr double kReturnBelow = 58;  // captions in two lines
constexpr double kBelowReturn = 16;  // the person and their caption
constexpr double kCorner = 10;
constexpr double kPi = 3.14159265358979323846;

double fixedWidth(int cycles, double scale) {
    const int clocks = cycles - 1;
    return scale * (2 * kMargin + kGap * (2 + 2 * clocks) + kLastGap + 2 * kClockRadius * clocks);
}

}  // namespace

QSizeF CycleGeometry::leastSize(int cycles, double textScale) {
    const int count = std::max(1, cycles);
    return {fixedWidth(count, textScale) + 2 * kLeastRadius * textScale * count,
            textScale * (kAboveArch + kLeastRadius + kReturnBelow + kBelowReturn)};
}

CycleGeometry::CycleGeometry(const QSizeF& size, int cycles, int retriesPerCycle, double textScale)
    : m_retries(std::max(1, retriesPerCycle)), m_clockRadius(kClockRadius * textScale) {
    const int count = std::max(1, cycles);
    const double fixed = fixedWidth(count, textScale);
    const double roomAbove = size.height() - textScale * (kAboveArch + kReturnBelow + kBelowReturn);
    m_radius = std::clamp(std::min((size.width() - fixed) / (2 * count), roomAbove), kLeastRadius * textScale,
                          kMostRadius * textScale);
    const double spare = std::max(0.0, size.width() - fixed - 2 * m_radius * count);
    const double gap = kGap * textScale;
    m_baseline = kAboveArch * textScale + m_radius;
    m_returnY = m_baseline + kReturnBelow * textScale;
    m_belowCaptions = m_baseline + kCaption * textScale;
    m_wellX = spare / 2 + kMargin * textScale;
    double x = m_wellX + gap;
    for (int cycle = 0; cycle < count; ++cycle) {
        m_archX.push_back(x + m_radius);
        x += 2 * m_radius + gap;
        if (cycle + 1 == count) break;
        m_clockX.push_back(x + m_clockRadius);
        x += 2 * m_clockRadius + gap;
    }
    m_failingX = x;
    m_failedX = x + kLastGap * textScale;
}

QPointF CycleGeometry::clock(int index) const {
    if (m_clockX.empty()) return failing();
    const int last = static_cast<int>(m_clockX.size()) - 1;
    return {m_clockX[static_cast<std::size_t>(std::clamp(index, 0, last))], m_baseline};
}

QPointF CycleGeometry::archCentre(int cycle) const {
    return {m_archX[static_cast<std::size_t>(std::clamp(cycle, 0, arches() - 1))], m_baseline};
}

QPointF CycleGeometry::outwards(int number) const {
    const double angle = kPi * (1 - (number - 0.5) / m_retries);
    return {std::cos(angle), -std::sin(angle)};
}

QPointF CycleGeometry::retry(int cycle, int number) const {
    return archCentre(cycle) + m_radius * outwards(std::clamp(number, 1, m_retries));
}

void CycleGeometry::addArch(QPainterPath& path, int cycle, double share) const {
    const QPointF centre = archCentre(cycle);
    path.lineTo(centre.x() - m_radius, m_baseline);
    const QRectF circle(centre.x() - m_radius, m_baseline - m_radius, 2 * m_radius, 2 * m_radius);
    path.arcTo(circle, 180, -180 * share);
}

QPainterPath CycleGeometry::wholeWay() const {
    QPainterPath path(well());
    for (int cycle = 0; cycle < arches(); ++cycle) addArch(path, cycle, 1);
    path.lineTo(failed());
    return path;
}

QPainterPath CycleGeometry::wayBack() const {
    QPainterPath path(QPointF(m_failedX, m_belowCaptions));
    path.lineTo(m_failedX, m_returnY - kCorner);
    path.quadTo(m_failedX, m_returnY, m_failedX - kCorner, m_returnY);
    path.lineTo(m_wellX + kCorner, m_returnY);
    path.quadTo(m_wellX, m_returnY, m_wellX, m_returnY - kCorner);
    path.lineTo(m_wellX, m_belowCaptions);
    return path;
}

QPainterPath CycleGeometry::wayTo(const fleet::CycleState& state) const {
    using fleet::Phase;
    const int through = std::min(state.resetRetryCount, arches());  // whole cycles behind it
    const bool byHand = state.phase == Phase::failed && state.resetRetryCount < arches();
    if (state.phase == Phase::well || byHand) return {};
    QPainterPath path(well());
    for (int cycle = 0; cycle < through; ++cycle) addArch(path, cycle, 1);
    if (state.phase == Phase::retrying && through < arches() && state.retryCounter > 0) {
        addArch(path, through, (std::min(state.retryCounter, m_retries) - 0.5) / m_retries);
    } else {
        path.lineTo(positionOf(state));
    }
    return path;
}

QPointF CycleGeometry::positionOf(const fleet::CycleState& state) const {
    using fleet::Phase;
    switch (state.phase) {
        case Phase::well:
            return well();
        case Phase::retrying:
            // Between the restore and the next failure it stands at the foot of the next arch.
            if (state.retryCounter == 0) {
                return {archCentre(state.resetRetryCount).x() - m_radius, m_baseline};
            }
            return retry(state.resetRetryCount, state.retryCounter);
        case Phase::coolingOff:
            return clock(state.resetRetryCount - 1);
        case Phase::failing:
            return failing();
        case Phase::failed:
            break;
    }
    return failed();
}

}  // namespace drydock::views
