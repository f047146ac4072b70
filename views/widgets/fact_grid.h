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
    // A dash stands for an empty value; a long one wraps between words. `tone` is a tone of the style sheet ("bad",
    // "warning"); nullptr: none.
    void add(const QString& name, const QString& value, const char* tone = nullptr);
    // For ids, hashes, file names and what else has no words to wrap at: an IdLabel.
    void addId(const QString& name, const QString& value);

private:
    void addLine(const QString& name, const QString& value, QLabel* shown);

    QGridLayout* m_layout = nullptr;
};

}  // namespace drydock::views
