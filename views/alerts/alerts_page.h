// AlertsPage: the alerts by state, with their text and what to do about them.
// Thread: GUI.
#pragma once

#include <vector>

#include "models/alert_model.h"
#include "views/widgets/list_page.h"

namespace drydock::views {

class FactGrid;

class AlertsPage final : public ListPage {
    Q_OBJECT
public:
    explicit AlertsPage(const PageContext& context, QWidget* parent = nullptr);

protected:
    int rowOf(const QString& id) const override;
    void showEverything() override;
    void showRows(const QList<int>& rows) override;
    QString summary() const override;
    void refreshEmptyState() override;

private:
    QWidget* buildChips();
    void buildTable();
    void buildDetails();
    void showOne(const fleet::Alert& alert);
    void refreshChips();
    void refreshActions(const QList<int>& rows);
    void chooseState(fleet::AlertState state, bool only);
    void act(fleet::ActionKind kind);
    void copyAsSnsJson();

    struct Chip {
        fleet::AlertState state;
        QPushButton* button;
    };
    models::AlertModel* m_alerts;
    std::vector<Chip> m_chips;
    QLabel* m_message = nullptr;
    FactGrid* m_facts = nullptr;
    QWidget* m_factsSection = nullptr;
    QPushButton* m_open = nullptr;
    QPushButton* m_acknowledge = nullptr;
    QPushButton* m_resolve = nullptr;
    QPushButton* m_copy = nullptr;
};

}  // namespace drydock::views
