// DeviceListPage: a list of devices with the selected ones in detail beside it. What Devices and FailedToUpdate have in
// common.
// Thread: GUI. Borrows the context, which outlives it; takes ownership of the model.
#pragma once

#include <vector>

#include "models/device_list_model.h"
#include "views/widgets/list_page.h"

namespace drydock::views {

class DeviceDetails;
class GroupLine;
class PhaseChips;

class DeviceListPage : public ListPage {
    Q_OBJECT
public:
    // Beyond this many selected devices nothing is offered to do to them together.
    static constexpr int kMostSelected = 10'000;

    void open(const QString& target) override;

protected:
    struct Setup {
        Face face;
        int tableVersion = 1;
        bool phaseChips = false;
        bool savesGroups = false;  // what the filter shows can be made a group
        QString emptyTitle;        // when there is nothing without any filter
        std::vector<models::DeviceListModel::Column> hiddenAtFirst;
    };
    DeviceListPage(const PageContext& context, models::DeviceListModel* devices, const Setup& setup, QWidget* parent);

    // Said under the empty title when no filter is set.
    void setEmptyHint(const QString& hint);
    [[nodiscard]] GroupLine& groupLine() const { return *m_groupLine; }

    void applyFilter(const QString& text) override;
    int rowOf(const QString& id) const override;
    void rowMissing(const QString& id) override;
    void showSelection() override;
    void showRows(const QList<int>& rows) override;
    QString summary() const override;
    void refreshEmptyState() override;

private:
    void buildTable();
    void buildChips();
    void buildGroups(bool saves);
    void refreshSaving();
    void applyChips();
    [[nodiscard]] fleet::CycleState stateAt(int row) const;

    models::DeviceListModel* m_devices;
    DeviceDetails* m_device;
    PhaseChips* m_chips = nullptr;
    GroupLine* m_groupLine;
    QPushButton* m_saveGroup = nullptr;
    std::vector<fleet::Phase> m_fixedPhases;  // what the model shows whatever is typed
    QString m_emptyTitle;
    QString m_emptyHint;
};

}  // namespace drydock::views
