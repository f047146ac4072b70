// QuarantinePage: the messages that could not be used, why, and their bytes. Reached from the accounting.
// Thread: GUI.
#pragma once

#include "models/quarantine_model.h"
#include "views/widgets/list_page.h"

class QLabel;
class QPlainTextEdit;

namespace drydock::views {

class QuarantinePage final : public ListPage {
    Q_OBJECT
public:
    explicit QuarantinePage(const PageContext& context, QWidget* parent = nullptr);

protected:
    int rowOf(const QString& id) const override;
    void showRows(const QList<int>& rows) override;
    QString summary() const override;
    void refreshEmptyState() override;

private:
    QuarantinePage(const PageContext& context, models::QuarantineModel* messages, QWidget* parent);
    void buildTable();
    void buildDetails();

    models::QuarantineModel* m_messages;
    QLabel* m_reason = nullptr;
    QPlainTextEdit* m_payload = nullptr;
    QWidget* m_reasonSection = nullptr;
    QWidget* m_payloadSection = nullptr;
};

}  // namespace drydock::views
