// StatusLine: the bottom line: the connection, the rate, the outbox's backlog, and the accounting that always adds up.
// Thread: GUI.
#pragma once

#include <QWidget>

#include "models/fleet/accounting.h"
#include "views/phase_marks.h"

class QLabel;
class QPushButton;

namespace drydock::views {

class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setStatus(const fleet::DeskStatus& status);

signals:
    void accountingClicked();

private:
    QLabel* m_mark;
    QLabel* m_connection;
    QLabel* m_rate;
    QLabel* m_outbox;
    QPushButton* m_accounting;
};

}  // namespace drydock::views
