// AlertModel: the alerts, newest first.
// Thread: GUI. Borrows the client, which outlives it.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "models/desk_client.h"
#include "models/format.h"
#include "models/notice.h"
#include "models/record_model.h"

namespace drydock::models {

class AlertModel final : public RecordModel {
    Q_OBJECT
public:
    enum Column : int { StateColumn, DeviceColumn, MessageColumn, RaisedColumn, ByColumn, ColumnCount };

    AlertModel(DeskClient& client, WallClock now, QObject* parent = nullptr);

    void load();
    [[nodiscard]] bool isLoading() const { return m_loading; }
    [[nodiscard]] const fleet::Alert& alert(int row) const;
    [[nodiscard]] int rowOf(const QString& alertId) const;  // -1: not in the list
    // Counted over all alerts, whatever the filter.
    [[nodiscard]] int count(fleet::AlertState state) const;
    [[nodiscard]] std::vector<fleet::Alert> newest(std::size_t limit) const;

    // Shows alerts in one state only; none: all.
    void setStateFilter(std::optional<fleet::AlertState> state);
    [[nodiscard]] std::optional<fleet::AlertState> stateFilter() const { return m_stateFilter; }
    [[nodiscard]] const fleet::QueryVocabulary& vocabulary() const override { return fleet::alertFields(); }

signals:
    void countsChanged();
    void loadingChanged();
    // Raised since the load; for notifications. One batch.
    void raised(const std::vector<drydock::fleet::Alert>& alerts);
    void failed(const drydock::models::Notice& notice);

protected:
    std::uint32_t recordCount() const override { return static_cast<std::uint32_t>(m_alerts.size()); }
    bool isIncluded(std::uint32_t record) const override;
    fleet::RecordRow queryRow(std::uint32_t record) const override;
    std::vector<std::string> searchTexts(std::uint32_t record) const override;
    bool comesBefore(std::uint32_t a, std::uint32_t b) const override;
    QVariant recordCell(std::uint32_t record, int column, int role) const override;
    int columns() const override { return ColumnCount; }
    QString title(int column) const override;
    bool isNumeric(int column) const override { return column == RaisedColumn; }

private:
    void take(const std::vector<fleet::Alert>& alerts, bool announce);

    DeskClient* m_client;
    WallClock m_now;
    std::vector<fleet::Alert> m_alerts;
    std::unordered_map<std::string, std::uint32_t> m_byId;
    std::optional<fleet::AlertState> m_stateFilter;
    bool m_loading = false;
};

}  // namespace drydock::models
