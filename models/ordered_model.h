// OrderedModel: a list shown as an order over records that stay where they are. Records are numbered 0, 1, 2 … by the
// model that owns them; the order is a vector of those numbers: what passes the filter, as sorted.
//
// Thread: GUI.
// How a list changes while somebody works in it:
//   1. Values change in place: dataChanged over merged ranges, at most every kFlushMs.
//   2. Rows never move, come or go on their own while handsOff() is false. What a change would do to the order waits,
//   is
//      counted (pendingNewcomers, orderIsStale), and happens with refreshOrder(), a sort or a new filter.
//   3. While handsOff() is true the order follows by itself, at most every second and less often when sorting is slow.
//   4. Every change of the order stands between orderAboutToChange() and orderChanged(), is a layoutChanged (the row
//      count may change with it), and carries persistent indexes over: selection and current row survive. A record that
//      left the order loses its indexes.
#pragma once

#include <cstdint>
#include <vector>

#include <QElapsedTimer>
#include <QTimer>

#include "models/fleet/fleet_query.h"
#include "models/table_model.h"

namespace drydock::models {

class OrderedModel : public TableModel {
    Q_OBJECT
    Q_PROPERTY(bool handsOff READ handsOff WRITE setHandsOff)
    Q_PROPERTY(bool orderIsStale READ orderIsStale NOTIFY orderIsStaleChanged)
    Q_PROPERTY(int pendingNewcomers READ pendingNewcomers NOTIFY orderIsStaleChanged)
public:
    static constexpr int kFlushMs = 50;
    static constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;

    explicit OrderedModel(QObject* parent = nullptr);

    // Nobody points at this list now (the default until a view says otherwise).
    [[nodiscard]] bool handsOff() const { return m_handsOff; }
    void setHandsOff(bool handsOff);

    // The order no longer is what a refresh would make of it.
    [[nodiscard]] bool orderIsStale() const { return m_stale; }
    // Records since the last refresh that the filter lets through and the order lacks.
    [[nodiscard]] int pendingNewcomers() const { return m_newcomers; }
    void refreshOrder();

    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) final;
    [[nodiscard]] int sortColumn() const { return m_sortColumn; }
    [[nodiscard]] Qt::SortOrder sortOrder() const { return m_sortOrder; }

    // In the fleet's query language (models/fleet/fleet_query.h). What can't be read changes nothing.
    void setFilterText(const QString& text);
    [[nodiscard]] QString filterText() const { return m_filterText; }
    // Why a text can't be read as a filter, and at which place; empty: it can.
    [[nodiscard]] QString filterError(const QString& text) const;
    // The fields a filter may name.
    [[nodiscard]] virtual const fleet::QueryVocabulary& vocabulary() const = 0;

    [[nodiscard]] std::uint32_t recordAt(int row) const { return m_order[static_cast<std::size_t>(row)]; }
    // The row of a record, or -1.
    [[nodiscard]] int rowOfRecord(std::uint32_t record) const;

    // Says what waits, now rather than with the timer; for tests.
    void flush();

signals:
    void orderAboutToChange();
    void orderChanged();
    void orderIsStaleChanged();

protected:
    // What passes the filter, as sorted by `column` (-1: the model's own order).
    [[nodiscard]] virtual std::vector<std::uint32_t> computeOrder(int column, Qt::SortOrder order) = 0;
    // A cell of a record that is in the order.
    [[nodiscard]] virtual QVariant recordCell(std::uint32_t record, int column, int role) const = 0;
    [[nodiscard]] virtual bool passesFilter(std::uint32_t record) const = 0;
    // `a` may stand ahead of `b` as the list is sorted now.
    [[nodiscard]] virtual bool mayPrecede(std::uint32_t a, std::uint32_t b) const = 0;
    // The filter text is another now: what passes the filter is what this lets through, and the order follows.
    virtual void takeQuery(fleet::FleetQuery query) = 0;

    // The record is new, or its values changed (also: it is gone, and passesFilter() says so).
    void recordChanged(std::uint32_t record);
    // Its values changed in a way that can't touch the order, or the order is about to be made anyway.
    void valuesChanged(std::uint32_t record);
    // Everything is another: the records were replaced.
    void recordsReplaced();
    // Puts records that pass the filter behind the last row, without moving any: the next page.
    void appendRows(const std::vector<std::uint32_t>& records);
    // Columns whose text follows the clock: said to have changed every second. -1: none.
    void setTickingColumns(int first, int last);

    [[nodiscard]] int rows() const final { return static_cast<int>(m_order.size()); }
    [[nodiscard]] QVariant cell(int row, int column, int role) const final;
    [[nodiscard]] const std::vector<std::uint32_t>& order() const { return m_order; }
    // Makes this the order. Whether it is stale as sorted stays as it was; nobody is left out of it any more.
    void setOrder(std::vector<std::uint32_t> order);

private:
    // In m_rowOf: passes the filter, is counted as a newcomer, and has no row yet.
    static constexpr std::uint32_t kPending = 0xFFFF'FFFE;

    [[nodiscard]] std::uint32_t& rowSlot(std::uint32_t record);
    void indexRows();
    [[nodiscard]] bool isInPlace(std::uint32_t row) const;
    void setStale(bool stale, int newcomers);
    void emitDirty();
    void refreshWhenCalm();

    std::vector<std::uint32_t> m_order;
    std::vector<std::uint32_t> m_rowOf;  // by record; kNoRow: not in the order
    std::vector<std::uint32_t> m_dirty;  // records
    QTimer m_flushTimer;
    QTimer m_calmTimer;
    QTimer m_tickTimer;
    QElapsedTimer m_sinceRefresh;
    qint64 m_refreshCostMs = 0;  // of the last refresh
    QString m_filterText;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    int m_firstTicking = -1;
    int m_lastTicking = -1;
    int m_newcomers = 0;
    bool m_handsOff = true;
    bool m_stale = false;
};

}  // namespace drydock::models
