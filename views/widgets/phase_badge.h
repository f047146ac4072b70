// PhaseBadge: a phase's mark with its word, as a small label.
// Thread: GUI.
#pragma once

#include <QWidget>

#include "views/phase_marks.h"

namespace drydock::views {

class PhaseBadge : public QWidget {
    Q_OBJECT
public:
    explicit PhaseBadge(QWidget* parent = nullptr);
    void setMark(Mark mark);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Mark m_mark = Mark::unknown;
};

}  // namespace drydock::views
