// OverviewPage: how the fleet is, at a glance: figures that lead to the devices they count, rates over time, versions
// by model, releases by status, the next restores and the newest alerts.
// Thread: GUI.
#pragma once

#include "views/page.h"

class QGridLayout;

namespace drydock::views {

class BarRows;
class LinkRows;
class RateChart;
class StatTile;

class OverviewPage : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(const PageContext& context, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildTiles();
    QWidget* buildCards();
    void addTile(QGridLayout& layout, StatTile* tile, const Destination& destination);
    void refreshTiles();
    void refreshRates();
    void refreshVersions();
    void refreshLists();

    PageContext m_context;
    StatTile* m_devices = nullptr;
    StatTile* m_seen = nullptr;
    StatTile* m_retrying = nullptr;
    StatTile* m_coolingOff = nullptr;
    StatTile* m_failed = nullptr;
    StatTile* m_alertTile = nullptr;
    RateChart* m_messages = nullptr;
    RateChart* m_failures = nullptr;
    BarRows* m_versions = nullptr;
    BarRows* m_releases = nullptr;
    LinkRows* m_restores = nullptr;
    LinkRows* m_alerts = nullptr;
};

}  // namespace drydock::views
