// PhaseChips: the phases as buttons with their counts; those pressed are shown, none pressed: all.
// Thread: GUI.
#pragma once

#include <vector>

#include <QWidget>

#include "models/overview_stats.h"

class QPushButton;

namespace drydock::views {

class PhaseChips : public QWidget {
    Q_OBJECT
public:
    explicit PhaseChips(QWidget* parent = nullptr);

    void setPhases(const std::vector<fleet::Phase>& phases);  // says nothing
    [[nodiscard]] std::vector<fleet::Phase> phases() const;
    void setCounts(const models::OverviewStats::Tiles& tiles);

signals:
    void phasesChanged();  // by the person

private:
    struct Chip {
        fleet::Phase phase;
        QPushButton* button;
    };
    std::vector<Chip> m_chips;
};

}  // namespace drydock::views
