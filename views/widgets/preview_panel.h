// PreviewPanel: one run of an ActionRunner on screen, from preview to outcome: what would change as a difference,
// target by target; warnings; the reason; a button that names the act and the count; progress with cancel; what became
// of each target. After a conflict it says what happened and offers a new preview.
// Thread: GUI. Borrows the runner, which outlives the panel or is replaced by setRunner().
#pragma once

#include <QWidget>

#include "models/action_runner.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QScrollArea;

namespace drydock::views {

class PreviewPanel : public QWidget {
    Q_OBJECT
public:
    // More targets than this are counted, not listed one by one.
    static constexpr int kMostTargetsListed = 40;

    explicit PreviewPanel(QWidget* parent = nullptr);

    void setRunner(models::ActionRunner* runner);  // nullptr: none
    [[nodiscard]] models::ActionRunner* runner() const { return m_runner; }

signals:
    void closed();  // the person is through with it: cancelled, or has seen the outcome

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* buildHead();
    QWidget* buildFoot();
    QWidget* buildQuestions();
    void refresh();
    void refreshButtons();
    void listTargets();
    void showProgress(int through, int total);
    void confirm();
    void cancelOrClose();
    [[nodiscard]] QString summary() const;
    [[nodiscard]] QString whyNotConfirm() const;

    models::ActionRunner* m_runner = nullptr;
    QLabel* m_heading = nullptr;
    QLabel* m_summary = nullptr;
    QScrollArea* m_targets = nullptr;
    QWidget* m_questions = nullptr;
    QLineEdit* m_why = nullptr;
    QCheckBox* m_final = nullptr;  // must be ticked where the act can't be taken back
    QProgressBar* m_progress = nullptr;
    QPushButton* m_confirm = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_cancel = nullptr;
};

// A button's text that names the act and the count: "Restore 12 devices", "Release 1 device".
[[nodiscard]] QString actLabel(fleet::ActionKind kind, int count);

}  // namespace drydock::views
