// BannerLine: one message of a MessageBanner: a sign, the text, perhaps an action, perhaps a cross.
// Thread: GUI.
#pragma once

#include <QFrame>

#include "views/widgets/message_banner.h"

class QHBoxLayout;
class QLabel;

namespace drydock::views {

class BannerLine final : public QFrame {
    Q_OBJECT
public:
    BannerLine(MessageBanner::Tone tone, const QString& text, bool closable, QWidget* parent = nullptr);

    void addAction(const QString& text, quint64 id);
    [[nodiscard]] quint64 actionId() const { return m_actionId; }  // 0: no action
    [[nodiscard]] QString text() const;

signals:
    void closeClicked();
    void actionClicked();

private:
    QHBoxLayout* m_layout;
    QLabel* m_label;
    quint64 m_actionId = 0;
};

}  // namespace drydock::views
