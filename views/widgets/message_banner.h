// MessageBanner: messages to the person, inline, one below another at most three deep. Successes fade; errors stay
// until closed; troubles of the machine stay until they are gone and can't be closed.
// Thread: GUI.
#pragma once

#include <cstdint>

#include <QList>
#include <QWidget>

class QVBoxLayout;

namespace drydock::views {

class BannerLine;

class MessageBanner : public QWidget {
    Q_OBJECT
public:
    enum class Tone : std::uint8_t { success, information, warning, error };
    static constexpr int kFadeAfterMs = 12'000;
    static constexpr int kMostLines = 3;

    explicit MessageBanner(QWidget* parent = nullptr);

    // `actionText` (may be empty) is a button; it emits actionClicked(actionId) and takes the message away.
    void showMessage(Tone tone, const QString& text, const QString& actionText = {}, quint64 actionId = 0);
    // Replaces the troubles shown so far. Empty: they are gone.
    void setTroubles(const QStringList& troubles);

    // What is shown, troubles first, for tests and the screen reader.
    [[nodiscard]] QStringList texts() const;

signals:
    void actionClicked(quint64 actionId);
    // A message with this action went without it being clicked: faded, closed or pushed out.
    void actionExpired(quint64 actionId);

private:
    void removeLine(BannerLine* line);

    QVBoxLayout* m_layout;
    QList<BannerLine*> m_troubles;
    QList<BannerLine*> m_messages;  // oldest first
};

}  // namespace drydock::views
