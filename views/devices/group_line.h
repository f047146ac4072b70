// GroupLine: the line below a device filter in which a group is given its name, or a dynamic one its new query, which
// is the filter as it stands. Checks as one types; what it asks for is previewed before it is done.
//
// Hidden until it is opened. Closes once the group is there as asked for; Esc closes it without anything done.
// Thread: GUI. Borrows the context, which outlives it.
#pragma once

#include <cstdint>

#include <QStringList>
#include <QWidget>

#include "views/page.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace drydock::views {

class GroupLine : public QWidget {
    Q_OBJECT
public:
    explicit GroupLine(const PageContext& context, QWidget* parent = nullptr);

    // What stands in the filter.
    void setFilter(const QString& filter);
    void nameDynamic();
    void nameStatic(const QStringList& devices);
    void editQuery(const QString& group);

    // Why no dynamic group can be made of such a filter; empty: one can.
    [[nodiscard]] static QString whyNoQuery(const QString& filter);

signals:
    void actionRequested(const drydock::fleet::ActionRequest& action, const QStringList& targets);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Purpose : std::uint8_t { dynamicGroup, staticGroup, query };

    void open(Purpose purpose, const QString& what);
    void dismiss();
    void refresh();
    void takeGroups();
    void ask();
    [[nodiscard]] QString name() const;
    [[nodiscard]] QString whyNot() const;

    PageContext m_context;
    Purpose m_purpose = Purpose::dynamicGroup;
    QString m_filter;
    QString m_edited;  // the group whose query is edited
    QStringList m_devices;
    QString m_asked;  // the name that was asked for; empty: none yet
    QHBoxLayout* m_line;
    QLabel* m_what;
    QLineEdit* m_name;
    QPushButton* m_ask;
    QLabel* m_error;
};

}  // namespace drydock::views
