// RateChart: one figure over time as a line with its latest value beside its name. Points are thinned to the width in
// pixels, highs and lows kept, and handed to the chart whole.
// Thread: GUI.
// Source: adding 10,000 points one by one to a Qt chart took 43 s; replacing them whole costs a repaint.
#pragma once

#include <cstdint>
#include <vector>

#include <QWidget>

#include "models/overview_stats.h"

class QLabel;

namespace QtCharts {
class QAreaSeries;
class QChart;
class QChartView;
class QDateTimeAxis;
class QLineSeries;
class QValueAxis;
}  // namespace QtCharts

namespace drydock::views {

class RateChart : public QWidget {
    Q_OBJECT
public:
    enum class Tone : std::uint8_t { accent, bad };
    RateChart(const QString& name, Tone tone, QWidget* parent = nullptr);

    // The window shown ends at `nowMs` and begins `spanMs` before.
    void setSamples(const std::vector<models::TimeSeries::Sample>& samples, std::int64_t nowMs, std::int64_t spanMs);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildChart();
    void restyle();

    QString m_name;
    Tone m_tone;
    QLabel* m_latest;
    QtCharts::QChart* m_chart;
    QtCharts::QChartView* m_view;
    QtCharts::QLineSeries* m_line;
    QtCharts::QAreaSeries* m_area;
    QtCharts::QLineSeries* m_stroke;  // without the sides an area's own outline has
    QtCharts::QDateTimeAxis* m_time;
    QtCharts::QValueAxis* m_value;
};

// At most two points a column of equal time, its lowest and its highest, in order of time. The first and the last
// sample are kept. Fewer samples than that come back as they are.
[[nodiscard]] std::vector<models::TimeSeries::Sample> thinned(const std::vector<models::TimeSeries::Sample>& samples,
                                                              int columns);
// The smallest of 2, 4, 10 × 10^n that is not below `value`, so that its half is round too; 2 for less than that.
[[nodiscard]] double roundedUp(double value);

}  // namespace drydock::views
