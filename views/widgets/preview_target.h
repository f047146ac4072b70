// PreviewTarget: one target of an action within the preview: its id, what became of it, and the difference.
// Thread: GUI.
#pragma once

#include <QFrame>

#include "models/action_runner.h"

namespace drydock::views {

class PreviewTarget : public QFrame {
    Q_OBJECT
public:
    explicit PreviewTarget(const models::ActionRunner::Step& step, QWidget* parent = nullptr);
};

// What became of a target, in words.
[[nodiscard]] QString stepText(const models::ActionRunner::Step& step);

}  // namespace drydock::views
