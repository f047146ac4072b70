#include "views/widgets/cycle_diagram.h"

#include <algorithm>

#include <QPainter>

#include "models/format.h"
#include "views/phase_marks.h"
#include "views/theme.h"
#include "views/widgets/cycle_geometry.h"

namespace drydock::views {

namespace {

constexpr double kMarkSide = 16;    // a station
constexpr double kDeviceSide = 18;  // the device on its way
constexpr double kTickHalf = 4.5;
constexpr double kWay = 2;
constexpr double kWaySoFar = 3;
constexpr int kPreferredWidth = 420;
constexpr int kPreferredHeight = 140;

// Paints one state of the diagram; lives for one paint event.
class CyclePainter {
public:
    CyclePainter(QPainter& painter, const CycleGeometry& geometry, const Tokens& t, double scale)
        : m_painter(painter), m_geometry(geometry), m_tokens(t), m_scale(scale) {}

    void paintWay() {
        const QColor ahead = blended(m_tokens.panel, m_tokens.quietText, 0.45);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(ahead, kWay * m_scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_painter.drawPath(m_geometry.wholeWay());
    }

    void paintWayBack(bool open, bool reportsSuccess) {
        const QColor colour = open ? m_tokens.accent : blended(m_tokens.panel, m_tokens.quietText, 0.6);
        QPen pen(colour, 1.5 * m_scale, Qt::DashLine, Qt::RoundCap, Qt::RoundJoin);
        pen.setDashPattern({3, 3});
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawPath(m_geometry.wayBack());
        paintArrow(colour);
        const QString caption = reportsSuccess ? CycleDiagram::tr("reports success: a person decides")
                                               : CycleDiagram::tr("a person releases it");
        paintPerson(caption, open ? m_tokens.text : m_tokens.quietText, colour);
    }

    void paintWaySoFar(const fleet::CycleState& state) {
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(m_tokens.accent, kWaySoFar * m_scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_painter.drawPath(m_geometry.wayTo(state));
    }

    // `counted` of the cycle's retries lie behind the device; `current`: it is in this cycle now.
    void paintArch(int cycle, int counted, int retries, bool current) {
        for (int number = 1; number <= retries; ++number) {
            const bool passed = number <= counted;
            const QPointF at = m_geometry.retry(cycle, number);
            const QPointF half = kTickHalf * m_scale * m_geometry.outwards(number);
            m_painter.setPen(QPen(passed ? m_tokens.accent : blended(m_tokens.panel, m_tokens.quietText, 0.75),
                                  (passed ? 3 : 1.5) * m_scale, Qt::SolidLine, Qt::FlatCap));
            m_painter.drawLine(at - half, at + half);
        }
        const QPointF centre = m_geometry.archCentre(cycle);
        const QFont figureFont = textFont(TextSize::title, current);
        const QFont captionFont = textFont(TextSize::caption);
        const double figureHeight = QFontMetricsF(figureFont).height();
        const double captionHeight = QFontMetricsF(captionFont).height();
        // Within the arch, resting on the baseline.
        QRectF box(centre.x() - m_geometry.archRadius(), centre.y() - captionHeight - figureHeight,
                   2 * m_geometry.archRadius(), figureHeight);
        paintText(box, figureFont, counted > 0 ? m_tokens.text : m_tokens.quietText,
                  QStringLiteral("%1/%2").arg(counted).arg(retries));
        box = QRectF(box.left(), box.bottom() - 2, box.width(), captionHeight);
        paintText(box, captionFont, m_tokens.quietText, CycleDiagram::tr("cycle %1").arg(cycle + 1));
    }

    // `elapsed`: 0…1 of the cool-off, or less than 0 when it does not run.
    void paintClock(int index, double elapsed, const QString& left) {
        const QPointF centre = m_geometry.clock(index);
        const double radius = m_geometry.clockRadius();
        const QRectF face(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius);
        const MarkColours colours = markColours(Mark::coolingOff, m_tokens);
        const bool runs = elapsed >= 0;
        m_painter.setPen(QPen(runs ? colours.edge : blended(m_tokens.panel, m_tokens.quietText, 0.6), kWay * m_scale));
        m_painter.setBrush(m_tokens.panel);
        m_painter.drawEllipse(face);
        if (runs) {
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(colours.fill);
            // From twelve o'clock on, clockwise; Qt counts sixteenths of a degree the other way.
            const int sweep = static_cast<int>(-360 * 16 * std::clamp(elapsed, 0.0, 1.0));
            m_painter.drawPie(face.adjusted(4, 4, -4, -4), 90 * 16, sweep);
        } else {
            const double side = kMarkSide * m_scale;
            paintMark(m_painter, QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side), Mark::coolingOff,
                      m_tokens);
        }
        paintCaption(centre, radius, markWord(Mark::coolingOff), left);
    }

    void paintStation(const QPointF& at, Mark mark, const QString& second = {}) {
        const double side = kMarkSide * m_scale;
        const QRectF box(at.x() - side / 2, at.y() - side / 2, side, side);
        paintHalo(at, side / 2 + 3);
        paintMark(m_painter, box, mark, m_tokens);
        paintCaption(at, side / 2, markWord(mark), second);
    }

    void paintDevice(const QPointF& at, Mark mark) {
        const double side = kDeviceSide * m_scale;
        m_painter.setPen(QPen(m_tokens.accent, kWaySoFar * m_scale));
        m_painter.setBrush(m_tokens.panel);
        m_painter.drawEllipse(at, side / 2 + 3, side / 2 + 3);
        const double inner = side - 4;
        paintMark(m_painter, QRectF(at.x() - inner / 2, at.y() - inner / 2, inner, inner), mark, m_tokens);
    }

private:
    void paintText(const QRectF& box, const QFont& font, const QColor& colour, const QString& text) {
        m_painter.setFont(font);
        m_painter.setPen(colour);
        m_painter.drawText(box, Qt::AlignCenter | Qt::TextDontClip, text);
    }

    void paintHalo(const QPointF& at, double radius) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_tokens.panel);
        m_painter.drawEllipse(at, radius, radius);
    }

    void paintCaption(const QPointF& at, double below, const QString& first, const QString& second) {
        const QFont font = textFont(TextSize::caption);
        const double height = QFontMetricsF(font).height();
        QRectF box(at.x() - 40 * m_scale, at.y() + below + 3 * m_scale, 80 * m_scale, height);
        paintText(box, font, m_tokens.quietText, first);
        box.translate(0, height);
        paintText(box, textFont(TextSize::caption, true), m_tokens.text, second);
    }

    void paintArrow(const QColor& colour) {
        // Into "well", from below.
        const QPointF tip(m_geometry.well().x(), m_geometry.belowCaptions());
        const double a = 4 * m_scale;
        m_painter.setPen(QPen(colour, 1.5 * m_scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_painter.drawPolyline(QPolygonF({tip + QPointF(-a, a), tip, tip + QPointF(a, a)}));
    }

    void paintPerson(const QString& caption, const QColor& textColour, const QColor& colour) {
        const QFont font = textFont(TextSize::caption);
        const QFontMetricsF metrics(font);
        const double iconSide = 14 * m_scale;
        const double width = iconSide + 6 * m_scale + metrics.horizontalAdvance(caption);
        const double middle = (m_geometry.well().x() + m_geometry.failed().x()) / 2;
        const QRectF box(middle - width / 2, m_geometry.returnY() - iconSide / 2, width, iconSide);
        m_painter.fillRect(box.adjusted(-8, -2, 8, 2), m_tokens.panel);  // the line breaks for it
        m_painter.setPen(QPen(colour, 1.5 * m_scale, Qt::SolidLine, Qt::RoundCap));
        m_painter.setBrush(Qt::NoBrush);
        const double x = box.left() + iconSide / 2;
        m_painter.drawEllipse(QPointF(x, box.top() + iconSide * 0.27), iconSide * 0.22, iconSide * 0.22);
        const QRectF shoulders(x - iconSide * 0.42, box.top() + iconSide * 0.62, iconSide * 0.84, iconSide * 0.8);
        m_painter.drawArc(shoulders, 0, 180 * 16);
        paintText(QRectF(box.left() + iconSide + 6 * m_scale, box.top(), metrics.horizontalAdvance(caption), iconSide),
                  font, textColour, caption);
    }

    QPainter& m_painter;
    const CycleGeometry& m_geometry;
    const Tokens& m_tokens;
    double m_scale;
};

double textScale() {
    return scaled(100) / 100.0;
}

int countedIn(int cycle, const fleet::CycleState& state, const fleet::Limits& limits) {
    const bool byHand = state.phase == fleet::Phase::failed && state.resetRetryCount < limits.cycles;
    if (byHand || state.phase == fleet::Phase::well) return 0;
    if (cycle < state.resetRetryCount) return limits.retriesPerCycle;
    return cycle == state.resetRetryCount && state.phase == fleet::Phase::retrying ? state.retryCounter : 0;
}

}  // namespace

CycleDiagram::CycleDiagram(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Retry cycle"));
    describe();
}

void CycleDiagram::setCycle(const fleet::CycleState& state, const fleet::Limits& limits, std::int64_t nowMs) {
    m_state = state;
    m_limits = limits;
    m_nowMs = nowMs;
    describe();
    updateGeometry();
    update();
}

void CycleDiagram::setNow(std::int64_t nowMs) {
    m_nowMs = nowMs;
    if (!m_state || !m_state->dueMs) return;  // nothing in it shows the time
    describe();
    update();
}

void CycleDiagram::clear() {
    m_state.reset();
    describe();
    update();
}

QString CycleDiagram::description() const {
    if (!m_state) return tr("No failure has been reported: the device has not entered the retry cycle.");
    const fleet::CycleState& s = *m_state;
    const QString left = s.dueMs ? models::Format::countdown(*s.dueMs - m_nowMs) : QString();
    switch (s.phase) {
        case fleet::Phase::well:
            return tr("Well: no failures counted.");
        case fleet::Phase::retrying:
            return tr("Retrying: %1 of %2 failures in cycle %3 of %4.")
                .arg(s.retryCounter)
                .arg(m_limits.retriesPerCycle)
                .arg(s.resetRetryCount + 1)
                .arg(m_limits.cycles);
        case fleet::Phase::coolingOff:
            return tr("Cooling off after cycle %1 of %2. Its attributes return: %3.")
                .arg(s.resetRetryCount)
                .arg(m_limits.cycles)
                .arg(left);
        case fleet::Phase::failing:
            return tr("Failing: all %1 cycles are used up. It moves to FailedToUpdate: %2.")
                .arg(m_limits.cycles)
                .arg(left);
        case fleet::Phase::failed:
            break;
    }
    const QString how = s.resetRetryCount < m_limits.cycles ? tr("Failed: moved to FailedToUpdate by a person.")
                                                            : tr("Failed: in FailedToUpdate after all its cycles.");
    return how + QLatin1Char(' ') +
           (s.reportsSuccess ? tr("It reports success now; a person decides.") : tr("A person releases it."));
}

void CycleDiagram::describe() {
    setAccessibleDescription(description());
    setToolTip(description());
}

QSize CycleDiagram::sizeHint() const {
    return {scaled(kPreferredWidth), scaled(kPreferredHeight)};
}

QSize CycleDiagram::minimumSizeHint() const {
    const QSizeF least = CycleGeometry::leastSize(m_limits.cycles, textScale());
    return {static_cast<int>(least.width()), scaled(kPreferredHeight)};
}

void CycleDiagram::paintEvent(QPaintEvent* /*event*/) {
    const CycleGeometry geometry(size(), m_limits.cycles, m_limits.retriesPerCycle, textScale());
    const fleet::CycleState state = m_state.value_or(fleet::CycleState{});
    const QString left = state.dueMs ? models::Format::countdown(*state.dueMs - m_nowMs) : QString();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    CyclePainter cycle(painter, geometry, tokens(*this), textScale());
    cycle.paintWay();
    cycle.paintWayBack(state.phase == fleet::Phase::failed, state.reportsSuccess);
    if (m_state) cycle.paintWaySoFar(state);
    for (int i = 0; i < geometry.arches(); ++i) {
        const bool current = state.phase == fleet::Phase::retrying && state.resetRetryCount == i;
        cycle.paintArch(i, countedIn(i, state, m_limits), m_limits.retriesPerCycle, current);
    }
    for (int i = 0; i + 1 < geometry.arches(); ++i) {
        const bool runs = state.phase == fleet::Phase::coolingOff && state.resetRetryCount == i + 1 && state.dueMs;
        const double remaining = runs ? static_cast<double>(*state.dueMs - m_nowMs) : 0;
        const double elapsed = runs ? 1 - remaining / static_cast<double>(m_limits.coolOffMs) : -1;
        cycle.paintClock(i, elapsed, runs ? left : QString());
    }
    cycle.paintStation(geometry.well(), Mark::well);
    cycle.paintStation(geometry.failing(), Mark::failing, state.phase == fleet::Phase::failing ? left : QString());
    cycle.paintStation(geometry.failed(), Mark::failed);
    // The clock shows a cooling device itself.
    if (m_state && state.phase != fleet::Phase::coolingOff) {
        cycle.paintDevice(geometry.positionOf(state), markOf(state.phase));
    }
}

}  // namespace drydock::views
