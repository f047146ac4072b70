#include "views/widgets/rate_chart.h"

#include <algorithm>
#include <cmath>

#include <QDateTime>
#include <QEvent>
#include <QGraphicsLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPen>
#include <QVBoxLayout>
#include <QVariant>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QDateTimeAxis>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {

std::vector<models::TimeSeries::Sample> thinned(const std::vector<models::TimeSeries::Sample>& samples, int columns) {
    using Sample = models::TimeSeries::Sample;
    if (columns <= 0 || samples.size() <= static_cast<std::size_t>(columns) * 2) return samples;
    const std::int64_t first = samples.front().atMs;
    const std::int64_t span = std::max<std::int64_t>(1, samples.back().atMs - first + 1);
    std::vector<Sample> kept;
    kept.reserve(static_cast<std::size_t>(columns) * 2 + 2);
    kept.push_back(samples.front());
    for (std::size_t i = 1; i + 1 < samples.size();) {
        const std::int64_t slot = (samples[i].atMs - first) * columns / span;
        std::size_t low = i;
        std::size_t high = i;
        for (; i + 1 < samples.size() && (samples[i].atMs - first) * columns / span == slot; ++i) {
            if (samples[i].value < samples[low].value) low = i;
            if (samples[i].value > samples[high].value) high = i;
        }
        kept.push_back(samples[std::min(low, high)]);
        if (low != high) kept.push_back(samples[std::max(low, high)]);
    }
    kept.push_back(samples.back());
    return kept;
}

double roundedUp(double value) {
    if (value <= 2) return 2;
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {2.0, 4.0}) {
        if (value <= step * power) return step * power;
    }
    return 10 * power;
}

RateChart::RateChart(const QString& name, Tone tone, QWidget* parent)
    : QWidget(parent),
      m_name(name),
      m_tone(tone),
      m_latest(new QLabel),
      m_chart(new QtCharts::QChart),
      m_view(new QtCharts::QChartView(m_chart)),
      m_line(new QtCharts::QLineSeries(this)),
      m_area(new QtCharts::QAreaSeries(m_line)),
      m_stroke(new QtCharts::QLineSeries),
      m_time(new QtCharts::QDateTimeAxis),
      m_value(new QtCharts::QValueAxis) {
    auto* title = new QLabel(name);
    title->setFont(textFont(TextSize::body, true));
    m_latest->setFont(numberFont());
    m_latest->setProperty("quiet", true);
    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch();
    head->addWidget(m_latest);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    layout->addLayout(head);
    layout->addWidget(m_view, 1);
    buildChart();
    restyle();
    setAccessibleName(name);
}

void RateChart::buildChart() {
    m_chart->legend()->hide();
    m_chart->setMargins(QMargins(0, 0, 0, 0));
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->setBackgroundRoundness(0);
    m_chart->setBackgroundVisible(false);
    m_chart->setLocalizeNumbers(true);
    m_chart->addSeries(m_area);
    m_chart->addSeries(m_stroke);
    m_time->setFormat(QStringLiteral("HH:mm"));
    m_time->setTickCount(5);
    m_value->setTickCount(3);
    m_value->setLabelFormat(QStringLiteral("%.0f"));
    for (QtCharts::QAbstractAxis* axis :
         {static_cast<QtCharts::QAbstractAxis*>(m_time), static_cast<QtCharts::QAbstractAxis*>(m_value)}) {
        m_chart->addAxis(axis, axis == m_time ? Qt::AlignBottom : Qt::AlignLeft);
        m_area->attachAxis(axis);
        m_stroke->attachAxis(axis);
        axis->setLabelsFont(textFont(TextSize::caption));
        axis->setMinorGridLineVisible(false);
    }
    m_time->setGridLineVisible(false);
    m_value->setLineVisible(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setBackgroundBrush(Qt::NoBrush);
    m_view->setStyleSheet(QStringLiteral("background: transparent"));
    m_view->setMinimumHeight(scaled(96));
}

void RateChart::restyle() {
    const Tokens& t = tokens(*this);
    const QColor colour = m_tone == Tone::accent ? t.accent : t.bad;
    QColor fill = colour;
    fill.setAlphaF(0.14);
    m_area->setPen(Qt::NoPen);
    m_stroke->setPen(QPen(colour, 1.5));
    m_area->setBrush(fill);
    m_time->setLinePen(QPen(t.line, 1));
    m_value->setGridLinePen(QPen(t.line, 1));
    m_time->setLabelsColor(t.quietText);
    m_value->setLabelsColor(t.quietText);
}

void RateChart::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) restyle();
    QWidget::changeEvent(event);
}

void RateChart::setSamples(const std::vector<models::TimeSeries::Sample>& samples, std::int64_t nowMs,
                           std::int64_t spanMs) {
    const double latest = samples.empty() ? 0 : samples.back().value;
    double highest = latest;
    QVector<QPointF> points;
    for (const models::TimeSeries::Sample& sample : thinned(samples, std::max(1, m_view->width()))) {
        points.append(QPointF(static_cast<double>(sample.atMs), sample.value));
        highest = std::max(highest, sample.value);
    }
    m_time->setRange(QDateTime::fromMSecsSinceEpoch(nowMs - spanMs), QDateTime::fromMSecsSinceEpoch(nowMs));
    m_value->setRange(0, roundedUp(highest));
    m_line->replace(points);
    m_stroke->replace(points);
    m_latest->setText(models::Format::rate(latest));
    setAccessibleDescription(
        tr("Now %1, at most %2 in the time shown.").arg(models::Format::rate(latest), models::Format::rate(highest)));
}

QSize RateChart::sizeHint() const {
    return {scaled(320), scaled(150)};
}

}  // namespace drydock::views
