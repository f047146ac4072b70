// IdLabel: an id, a hash or a file name on one line, with an ellipsis in its middle where it doesn't fit; then its
// tooltip has the whole. Takes the focus; Ctrl+C and the context menu copy the whole text.
// Thread: GUI.
#pragma once

#include <QLabel>

namespace drydock::views {

class IdLabel : public QLabel {
    Q_OBJECT
public:
    explicit IdLabel(const QString& text, QWidget* parent = nullptr);

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void copy() const;
    [[nodiscard]] QString shown() const;
};

}  // namespace drydock::views
