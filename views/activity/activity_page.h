// ActivityPage: who did what, newest first, with what it changed and the way back.
// Thread: GUI.
#pragma once

#include <optional>

#include "models/activity_model.h"
#include "views/widgets/list_page.h"

namespace drydock::views {

class ChangeList;
class FactGrid;

class ActivityPage final : public ListPage {
    Q_OBJECT
public:
    explicit ActivityPage(const PageContext& context, QWidget* parent = nullptr);

protected:
    int rowOf(const QString& id) const override;
    void showRows(const QList<int>& rows) override;
    QString summary() const override;
    void refreshEmptyState() override;

private:
    void buildTable();
    void buildDetails();
    void searchOn();
    void openTarget();
    [[nodiscard]] std::optional<fleet::AuditEntry> selected() const;

    models::ActivityModel* m_activity;
    FactGrid* m_facts = nullptr;
    ChangeList* m_changes = nullptr;
    QWidget* m_factsSection = nullptr;
    QWidget* m_changesSection = nullptr;
    QPushButton* m_open = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_undoBulk = nullptr;
};

}  // namespace drydock::views
