#include "views/devices/group_line.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <QVariant>

#include "models/desk_models.h"
#include "models/fleet/thing_group.h"
#include "models/text.h"
#include "views/theme.h"
#include "views/widgets/details_pane.h"

namespace drydock::views {

using models::toText;

GroupLine::GroupLine(const PageContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_line(new QHBoxLayout),
      m_what(new QLabel),
      m_name(new QLineEdit),
      m_ask(new QPushButton),
      m_error(new QLabel) {
    setAccessibleName(tr("Group"));
    m_name->setAccessibleName(tr("Name of the group"));
    m_name->setPlaceholderText(tr("Name"));
    m_name->setMaxLength(static_cast<int>(fleet::kMaxGroupNameBytes));
    m_what->setProperty("quiet", true);
    m_error->setProperty("tone", "bad");
    m_error->setWordWrap(true);
    auto* cross = new QToolButton;
    cross->setIcon(icon(Icon::close));
    cross->setAccessibleName(tr("Close without a group"));
    cross->setToolTip(tr("Close (Esc)"));
    connect(cross, &QToolButton::clicked, this, &GroupLine::dismiss);
    connect(m_name, &QLineEdit::textChanged, this, &GroupLine::refresh);
    connect(m_name, &QLineEdit::returnPressed, m_ask, &QPushButton::click);
    connect(m_ask, &QPushButton::clicked, this, &GroupLine::ask);
    connect(&m_context.models.groups, &models::GroupList::changed, this, &GroupLine::takeGroups);
    connect(&m_context.models.client, &models::DeskClient::statusChanged, this, &GroupLine::refresh);

    m_line->setSpacing(space::k2);
    m_line->addWidget(m_what);
    m_line->addWidget(m_name, 1);
    m_line->addWidget(m_ask);
    m_line->addWidget(cross);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    layout->addLayout(m_line);
    layout->addWidget(m_error);
    hide();
}

QString GroupLine::whyNoQuery(const QString& filter) {
    const auto query = fleet::compileGroupQuery(filter.toStdString());
    return query ? QString() : toText(query.error().message);
}

void GroupLine::setFilter(const QString& filter) {
    m_filter = filter;
    refresh();
}

void GroupLine::nameDynamic() {
    open(Purpose::dynamicGroup, tr("New group of this filter"));
}

void GroupLine::nameStatic(const QStringList& devices) {
    m_devices = devices;
    open(Purpose::staticGroup,
         devices.size() == 1 ? tr("New group with 1 device") : tr("New group with %1 devices").arg(devices.size()));
}

void GroupLine::editQuery(const QString& group) {
    m_edited = group;
    open(Purpose::query, tr("The filter becomes the query of %1").arg(group));
}

void GroupLine::open(Purpose purpose, const QString& what) {
    m_purpose = purpose;
    m_asked.clear();
    m_what->setText(what);
    m_name->clear();
    const bool named = purpose == Purpose::query;
    m_name->setVisible(!named);
    // Names the group, and wraps where that is long.
    m_what->setWordWrap(named);
    m_line->setStretchFactor(m_what, named ? 1 : 0);
    m_ask->setText(named ? tr("Save…") : tr("Create…"));
    m_ask->setAccessibleName(named ? tr("Save the query") : tr("Create the group"));
    refresh();
    show();
    if (!named) m_name->setFocus(Qt::OtherFocusReason);
}

void GroupLine::dismiss() {
    hide();
    emit closed();
}

QString GroupLine::name() const {
    return m_purpose == Purpose::query ? m_edited : m_name->text().trimmed();
}

QString GroupLine::whyNot() const {
    if (m_context.readOnly()) return m_context.whyReadOnly();
    const fleet::ThingGroup* known = m_context.models.groups.find(name());
    if (m_purpose != Purpose::staticGroup) {
        if (QString reason = whyNoQuery(m_filter); !reason.isEmpty()) return reason;
    }
    if (m_purpose == Purpose::query)
        return known != nullptr && models::filterOf(*known) == m_filter ? tr("That is its query already.") : QString();
    if (const auto checked = fleet::checkGroupName(name().toStdString()); !checked)
        return toText(checked.error().message);
    return known != nullptr ? tr("There is a group %1 already.").arg(name()) : QString();
}

void GroupLine::refresh() {
    const QString reason = whyNot();
    setAllowed(*m_ask, reason, tr("Shows first what would change"));
    // What is still to come is no mistake yet.
    const bool begun = m_purpose == Purpose::query ? !whyNoQuery(m_filter).isEmpty() : !m_name->text().isEmpty();
    m_error->setText(reason);
    m_error->setVisible(begun && !reason.isEmpty());
}

void GroupLine::takeGroups() {
    if (isHidden()) return;
    const fleet::ThingGroup* group = m_context.models.groups.find(name());
    const bool edits = m_purpose == Purpose::query;
    const bool done = group != nullptr && name() == m_asked && (!edits || models::filterOf(*group) == m_filter);
    if (done || (edits && group == nullptr)) return dismiss();
    refresh();
}

void GroupLine::ask() {
    m_asked = name();
    fleet::ActionRequest action;
    action.kind = m_purpose == Purpose::query ? fleet::ActionKind::editGroup : fleet::ActionKind::createGroup;
    if (m_purpose == Purpose::staticGroup) {
        for (const QString& device : m_devices) action.things.push_back(device.toStdString());
    } else {
        action.text = m_filter.toStdString();
    }
    emit actionRequested(action, {m_asked});
}

void GroupLine::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return dismiss();
    QWidget::keyPressEvent(event);
}

}  // namespace drydock::views
