// TimelineModel: what happened to one device, newest first, loaded page by page, its head kept up to date.
//
// Thread: GUI. Borrows the client, which outlives it.
// An answer for a device that is no longer shown is dropped. At most kMaxEntries are held; older ones are in the
// tables.
#pragma once

#include <optional>
#include <vector>

#include "models/desk_client.h"
#include "models/format.h"
#include "models/notice.h"
#include "models/table_model.h"

namespace drydock::models {

class TimelineModel final : public TableModel {
    Q_OBJECT
public:
    enum Column : int { TimeColumn, KindColumn, WhatColumn, DetailColumn, ColumnCount };

    static constexpr std::size_t kMaxEntries = 5000;

    TimelineModel(DeskClient& client, WallClock now, QObject* parent = nullptr);

    void setDevice(const QString& id);  // empty: none
    [[nodiscard]] QString device() const { return m_device; }
    [[nodiscard]] bool isLoading() const { return m_loading; }
    [[nodiscard]] const fleet::HistoryEntry& entry(int row) const { return m_entries[static_cast<std::size_t>(row)]; }
    void setTimeZone(TimeZone zone);

    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

signals:
    void loadingChanged();
    void failed(const drydock::models::Notice& notice);

protected:
    int rows() const override { return static_cast<int>(m_entries.size()); }
    int columns() const override { return ColumnCount; }
    QVariant cell(int row, int column, int role) const override;
    QString title(int column) const override;

private:
    void fetchHead();
    void takeHead(fleet::HistoryPage page);
    void takePage(fleet::HistoryPage page);
    void dropTail();
    [[nodiscard]] static QString whatText(const fleet::HistoryEntry& entry);
    void setLoading(bool loading);

    DeskClient* m_client;
    WallClock m_now;
    QString m_device;
    std::vector<fleet::HistoryEntry> m_entries;
    std::optional<std::uint64_t> m_nextBefore;
    std::uint64_t m_token = 0;  // of the device shown; grows with each setDevice()
    TimeZone m_zone = TimeZone::local;
    bool m_loading = false;
    bool m_fetchingHead = false;
    bool m_headIsStale = false;
    bool m_fetchingMore = false;
};

}  // namespace drydock::models
