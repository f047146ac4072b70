// StatTile: one figure of the overview with its name; a button, since a click shows what it counts.
// Thread: GUI.
#pragma once

#include <optional>

#include <QAbstractButton>

#include "views/phase_marks.h"

namespace drydock::views {

class StatTile : public QAbstractButton {
    Q_OBJECT
public:
    explicit StatTile(const QString& name, std::optional<Mark> mark = {}, QWidget* parent = nullptr);

    void setFigure(qint64 figure);
    [[nodiscard]] qint64 figure() const { return m_figure; }
    // A short line under the figure; may be empty.
    void setCaption(const QString& caption);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void describe();

    QString m_name;
    std::optional<Mark> m_mark;
    qint64 m_figure = 0;
    QString m_caption;
};

}  // namespace drydock::views
