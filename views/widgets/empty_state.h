// EmptyState: what stands where a list would be: what would be here, and how to get it. Fills its parent's place.
// Thread: GUI.
#pragma once

#include <QWidget>

#include "views/icons.h"

class QLabel;
class QPushButton;

namespace drydock::views {

class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(Icon icon, QWidget* parent = nullptr);

    // `title` says what is missing ("No device yet"), `hint` how it comes ("Waiting for messages on … at …").
    void setText(const QString& title, const QString& hint);
    // A button below; an empty text hides it.
    void setAction(const QString& text);

signals:
    void actionClicked();

private:
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_hint;
    QPushButton* m_action;
};

}  // namespace drydock::views
