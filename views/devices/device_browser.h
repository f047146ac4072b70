// DeviceBrowser: a list of devices with its filter, and the selected ones in detail beside it. What Devices and
// FailedToUpdate have in common.
// Thread: GUI. Borrows context and model, which outlive it.
#pragma once

#include <vector>

#include <QTimer>
#include <QWidget>

#include "models/device_list_model.h"
#include "views/devices/device_query.h"
#include "views/page.h"

class QLabel;
class QPushButton;
class QSplitter;

namespace drydock::views {

class DeviceDetails;
class EmptyState;
class FilterField;
class PhaseChips;
class TableView;

class DeviceBrowser : public QWidget {
    Q_OBJECT
public:
    // Beyond this many selected devices nothing is offered to do to them together.
    static constexpr int kMostSelected = 10'000;

    struct Setup {
        QString name;  // settings
        QString title;
        bool phaseChips = false;
        QString emptyTitle;              // when there is nothing without any filter
        QList<int> hiddenAtFirst;        // columns
        bool stretchLastColumn = false;  // for one of free text
        int tableVersion = 1;
    };
    DeviceBrowser(const PageContext& context, models::DeviceListModel& model, Setup setup, QWidget* parent = nullptr);

    // As Page::open().
    void open(const QString& target);
    [[nodiscard]] QString target() const;
    void focusFilter();
    [[nodiscard]] QString selectionAsText() const;
    [[nodiscard]] DeviceDetails& details() { return *m_details; }
    // Said under the empty title when no filter is set.
    void setEmptyHint(const QString& hint);

signals:
    void actionRequested(drydock::fleet::ActionKind kind, const QStringList& targets, const QString& text);
    void noticeRaised(const drydock::models::Notice& notice);

private:
    QWidget* buildListSide();
    QWidget* buildHead();
    void buildTable();
    void setDelegates();
    void setWidths();
    void applyFilter(const QString& text);
    void applyChips();
    void openDevice(const QString& id);
    void showSelection();
    void refreshSummary();
    void refreshEmptyState();
    void rememberSplitter(QSplitter& splitter);
    [[nodiscard]] fleet::CycleState stateAt(int row) const;

    PageContext m_context;
    models::DeviceListModel* m_model;
    Setup m_setup;
    QString m_emptyHint;
    QString m_pendingDevice;                  // asked for before the devices were there
    std::vector<fleet::Phase> m_fixedPhases;  // what the model shows whatever is typed
    FilterField* m_filter = nullptr;
    PhaseChips* m_chips = nullptr;
    TableView* m_table = nullptr;
    EmptyState* m_empty = nullptr;
    QPushButton* m_refresh = nullptr;
    QLabel* m_summary = nullptr;
    DeviceDetails* m_details;
    QTimer m_selectionTimer;  // one look at a selection that changes in many steps
};

}  // namespace drydock::views
