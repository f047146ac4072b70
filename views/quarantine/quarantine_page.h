// QuarantinePage: the messages that could not be used, why, and their bytes. Reached from the accounting.
// Thread: GUI.
#pragma once

#include "models/quarantine_model.h"
#include "views/page.h"

class QLabel;
class QPlainTextEdit;

namespace drydock::views {

class DetailsPane;
class FilterField;
class TableView;

class QuarantinePage : public Page {
    Q_OBJECT
public:
    explicit QuarantinePage(const PageContext& context, QWidget* parent = nullptr);

    void open(const QString& target) override;
    [[nodiscard]] QString target() const override;
    void focusFilter() override;
    [[nodiscard]] QString selectionAsText() const override;

private:
    QWidget* buildListSide();
    QWidget* buildDetails();
    void showSelected();

    models::QuarantineModel m_model;
    FilterField* m_filter = nullptr;
    TableView* m_table = nullptr;
    QLabel* m_summary = nullptr;
    DetailsPane* m_details = nullptr;
    QLabel* m_reason = nullptr;
    QPlainTextEdit* m_payload = nullptr;
};

}  // namespace drydock::views
