// CycleDiagram: the retry cycle with one device in it. Two arcs of one tick a retry, the cool-off between them with
// its clock, the way out to the failed group, and the way back through a person; the device's path so far is drawn
// over it. Painted; says the same in words to a screen reader.
// Thread: GUI.
#pragma once

#include <cstdint>
#include <optional>

#include <QWidget>

#include "models/fleet/retry_cycle.h"

namespace drydock::views {

class CycleDiagram : public QWidget {
    Q_OBJECT
public:
    explicit CycleDiagram(QWidget* parent = nullptr);

    // `nowMs` is what the clock of the cool-off is drawn for.
    void setCycle(const fleet::CycleState& state, const fleet::Limits& limits, std::int64_t nowMs);
    void setNow(std::int64_t nowMs);
    // A device that was never heard of to fail: the way is drawn, nobody is on it.
    void clear();

    // The state in one sentence, as the screen reader hears it.
    [[nodiscard]] QString description() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    std::optional<fleet::CycleState> m_state;
    fleet::Limits m_limits;
    std::int64_t m_nowMs = 0;
};

}  // namespace drydock::views
