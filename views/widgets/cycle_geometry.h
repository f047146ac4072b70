// Where everything of the cycle diagram stands: a line from "well" over one arch a cycle, a cool-off clock between
// each two, out to failing and failed, and below it the way back. Plain geometry, so that it can be tested without
// painting.
#pragma once

#include <vector>

#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include "models/fleet/retry_cycle.h"

namespace drydock::views {

class CycleGeometry {
public:
    // Invariants for sizes from leastSize() on: everything lies within the size; stations stand left to right in the
    // order well, arches and clocks in turn, failing, failed.
    CycleGeometry(const QSizeF& size, int cycles, int retriesPerCycle, double textScale);

    [[nodiscard]] static QSizeF leastSize(int cycles, double textScale);

    [[nodiscard]] QPointF well() const { return {m_wellX, m_baseline}; }
    [[nodiscard]] QPointF failing() const { return {m_failingX, m_baseline}; }
    [[nodiscard]] QPointF failed() const { return {m_failedX, m_baseline}; }
    [[nodiscard]] QPointF clock(int index) const;       // after cycle index (0 …)
    [[nodiscard]] QPointF archCentre(int cycle) const;  // the middle of its feet
    [[nodiscard]] double archRadius() const { return m_radius; }
    [[nodiscard]] double clockRadius() const { return m_clockRadius; }
    [[nodiscard]] double baseline() const { return m_baseline; }
    [[nodiscard]] double returnY() const { return m_returnY; }
    // Where the way back begins and ends: below the captions of failed and well.
    [[nodiscard]] double belowCaptions() const { return m_belowCaptions; }
    [[nodiscard]] int arches() const { return static_cast<int>(m_archX.size()); }

    // The point of retry 1 … retriesPerCycle on the arch of a cycle, and the way it points from there.
    [[nodiscard]] QPointF retry(int cycle, int number) const;
    [[nodiscard]] QPointF outwards(int number) const;

    [[nodiscard]] QPainterPath wholeWay() const;  // well … failed
    [[nodiscard]] QPainterPath wayBack() const;   // failed, through a person, to well
    // The way a device went to be in `state`. Empty for one that is well, or was moved to failed by hand.
    [[nodiscard]] QPainterPath wayTo(const fleet::CycleState& state) const;
    // Where a device in `state` is.
    [[nodiscard]] QPointF positionOf(const fleet::CycleState& state) const;

private:
    void addArch(QPainterPath& path, int cycle, double share) const;

    int m_retries;
    double m_radius = 0;
    double m_clockRadius = 0;
    double m_baseline = 0;
    double m_returnY = 0;
    double m_belowCaptions = 0;
    double m_wellX = 0;
    double m_failingX = 0;
    double m_failedX = 0;
    std::vector<double> m_archX;
    std::vector<double> m_clockX;
};

}  // namespace drydock::views
