// FactGrid: names and values, a line each, as in a details pane.
// Thread: GUI.
#pragma once

#include <QWidget>

class QGridLayout;
class QLabel;

namespace drydock::views {

class FactGrid : public QWidget {
    Q_OBJECT
public:
    explicit FactGrid(QWidget* parent = nullptr);

    void clear();
    // A dash stands for an empty value. `tone` is a tone of the style sheet ("bad", "warning"); nullptr: none.
    void add(const QString& name, const QString& value, const char* tone = nullptr);
    // The same for ids and hashes: in the mono font.
    void addId(const QString& name, const QString& value);

private:
    QLabel* addLine(const QString& name, const QString& value);

    QGridLayout* m_layout;
    int m_rows = 0;  // the layout never forgets a row it had
};

}  // namespace drydock::views
