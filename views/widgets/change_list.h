// ChangeList: what an action changed, field by field, before and after.
// Thread: GUI.
#pragma once

#include <vector>

#include <QWidget>

#include "models/fleet/operator_action.h"

class QGridLayout;

namespace drydock::views {

class ChangeList : public QWidget {
    Q_OBJECT
public:
    explicit ChangeList(QWidget* parent = nullptr);
    void setChanges(const std::vector<fleet::FieldChange>& changes);

private:
    void addCell(int row, int column, const QString& text, const char* tone);

    QGridLayout* m_layout;
};

}  // namespace drydock::views
