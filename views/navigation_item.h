// NavigationItem: one place in the navigation: a page, or below a page one of the views it offers, indented and lower.
//
// It doesn't check itself: whoever shows the place does. Return and space go there, the arrow keys are the
// navigation's. Thread: GUI.
#pragma once

#include <cstdint>

#include <QAbstractButton>
#include <QIcon>

namespace drydock::views {

class NavigationItem : public QAbstractButton {
    Q_OBJECT
public:
    enum class Level : std::uint8_t { page, view };

    NavigationItem(const QString& title, const QIcon& icon, Level level, QWidget* parent = nullptr);

    [[nodiscard]] const QString& title() const { return m_title; }
    void setBadge(int count);  // 0: none
    [[nodiscard]] int badge() const { return m_badge; }
    // A mark at the right. What it means is to be said in tooltip and accessible name.
    void setSign(const QIcon& sign);  // null: none

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void nextCheckState() override {}
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    // Paint at the right end of `area`; how much of it is left.
    QRect paintBadge(QPainter& painter, QRect area) const;
    QRect paintSign(QPainter& painter, QRect area) const;

    QString m_title;
    Level m_level;
    int m_badge = 0;
    QIcon m_sign;
};

}  // namespace drydock::views
