// FilterField: the line above a list that filters it as one types, and says inline what is wrong with a filter that
// can't be read. Esc empties it.
// Thread: GUI.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace drydock::views {

class FilterField : public QWidget {
    Q_OBJECT
public:
    explicit FilterField(const QString& placeholder, QWidget* parent = nullptr);

    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    void setHelp(const QString& help);        // the tooltip: what may be asked for
    void setError(const QString& error);      // empty: the filter is fine
    void setSummary(const QString& summary);  // at the right: "1,000,000 · 12 shown"
    void focusFilter();

signals:
    void textChanged(const QString& text);
    void leftDownwards();  // the down key: the list wants the focus

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLineEdit* m_edit;
    QLabel* m_error;
    QLabel* m_summary;
};

}  // namespace drydock::views
