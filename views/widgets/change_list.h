// ChangeList: what an action changes, field by field: from what to what; of hundreds of changes the first fifty. The
// same in its preview and in the activity. Thread: GUI.
#pragma once

#include <vector>

#include <QWidget>

#include "models/fleet/operator_action.h"

class QVBoxLayout;

namespace drydock::views {

class ChangeList : public QWidget {
    Q_OBJECT
public:
    explicit ChangeList(QWidget* parent = nullptr);
    void setChanges(const std::vector<fleet::FieldChange>& changes);

private:
    QVBoxLayout* m_layout;
    QWidget* m_lines = nullptr;
};

}  // namespace drydock::views
