// ActivityModel: the audit, newest first, loaded page by page as one scrolls.
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

class ActivityModel final : public RecordModel {
    Q_OBJECT
public:
    enum Column : int {
        TimeColumn,
        WhoColumn,
        ActionColumn,
        TargetColumn,
        SummaryColumn,
        WhyColumn,
        ScreenColumn,
        ColumnCount
    };

    ActivityModel(DeskClient& client, WallClock now, QObject* parent = nullptr);

    void load();  // the newest page
    [[nodiscard]] bool isLoading() const { return m_loading; }
    [[nodiscard]] const fleet::AuditEntry& entry(int row) const;
    [[nodiscard]] int rowOf(std::uint64_t sequence) const;  // -1: not in the list

    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    [[nodiscard]] const fleet::QueryVocabulary& vocabulary() const override { return fleet::activityFields(); }

signals:
    void loadingChanged();
    void failed(const drydock::models::Notice& notice);

protected:
    std::uint32_t recordCount() const override { return static_cast<std::uint32_t>(m_entries.size()); }
    fleet::RecordRow queryRow(std::uint32_t record) const override;
    std::vector<std::string> searchTexts(std::uint32_t record) const override;
    bool comesBefore(std::uint32_t a, std::uint32_t b) const override;
    QVariant recordCell(std::uint32_t record, int column, int role) const override;
    int columns() const override { return ColumnCount; }
    QString title(int column) const override;
    bool isNumeric(int column) const override { return column == TimeColumn; }

private:
    void fetch(std::optional<std::uint64_t> before);
    void takePage(const std::vector<fleet::AuditEntry>& entries);
    void takeNews(const std::vector<fleet::AuditEntry>& entries);

    DeskClient* m_client;
    WallClock m_now;
    std::vector<fleet::AuditEntry> m_entries;
    std::unordered_map<std::uint64_t, std::uint32_t> m_bySequence;
    bool m_loading = false;
    bool m_loaded = false;
    bool m_atEnd = false;        // no older page, or it could not be had
    std::uint64_t m_oldest = 0;  // sequence, of the pages; 0: none yet
};

}  // namespace drydock::models
