#include "views/quarantine/quarantine_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>

#include "models/desk_models.h"
#include "models/roles.h"
#include "models/text.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using models::Format;
using models::QuarantineModel;

namespace {
constexpr int kTableVersion = 2;
}  // namespace

QuarantinePage::QuarantinePage(const PageContext& context, QWidget* parent)
    : QuarantinePage(context, new QuarantineModel(context.models.client, context.models.now), parent) {}

QuarantinePage::QuarantinePage(const PageContext& context, QuarantineModel* messages, QWidget* parent)
    : ListPage(context, *messages, {QLatin1String(page_id::kQuarantine), tr("Quarantine"), Icon::quarantine},
               tr("Filter: words, reason:status*, arrived:1h, size:>1000 …"),
               new DetailsPane(tr("Select a message to see why it could not be used.")), parent),
      m_messages(messages) {
    m_messages->setParent(this);
    buildTable();
    buildDetails();
    connect(m_messages, &QuarantineModel::failed, this, &Page::noticeRaised);
    connect(m_messages, &QuarantineModel::loadingChanged, this, &QuarantinePage::refreshSummary);
    begin(kTableVersion);
    m_messages->load();
}

void QuarantinePage::buildTable() {
    TableView& list = table();
    list.setItemDelegateForColumn(QuarantineModel::TopicColumn, new CellDelegate(cell::kId, this));
    list.setItemDelegateForColumn(QuarantineModel::PayloadColumn, new CellDelegate(cell::kId, this));
    list.setItemDelegateForColumn(QuarantineModel::SizeColumn, new CellDelegate(cell::kNumber, this));
    list.setItemDelegateForColumn(QuarantineModel::ArrivedColumn, new CellDelegate(cell::kNumber, this));
    list.setWidthFor(QuarantineModel::ArrivedColumn, QStringLiteral("12 min ago"));
    list.setWidthFor(QuarantineModel::ReasonColumn, QStringLiteral("status: not a string"));
    list.setWidthFor(QuarantineModel::TopicColumn, QStringLiteral("iot/device/data"));
    list.setWidthFor(QuarantineModel::SizeColumn, QStringLiteral("128.0 KiB"));
    list.horizontalHeader()->setStretchLastSection(true);
    connect(&emptyState(), &EmptyState::actionClicked, this, &QuarantinePage::clearFilter);
}

void QuarantinePage::buildDetails() {
    details().setAccessibleName(tr("Quarantined message"));
    m_reason = new QLabel;
    m_reason->setWordWrap(true);
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_payload = new QPlainTextEdit;
    m_payload->setReadOnly(true);
    m_payload->setFont(monoFont());
    m_payload->setAccessibleName(tr("Payload"));
    m_reasonSection = details().addSection(tr("Reason"), m_reason);
    m_payloadSection = details().addSection(tr("Payload, its first 4 KiB at most"), m_payload, 1);
}

int QuarantinePage::rowOf(const QString& id) const {
    for (int row = 0; row < m_messages->rowCount(); ++row)
        if (m_messages->index(row, 0).data(models::IdRole).toString() == id) return row;
    return -1;
}

void QuarantinePage::showRows(const QList<int>& rows) {
    const bool one = rows.size() == 1;
    m_reasonSection->setVisible(one);
    m_payloadSection->setVisible(one);
    if (!one) {
        details().setTitle(tr("%1 messages").arg(Format::count(static_cast<std::uint64_t>(rows.size()))),
                           tr("Select one to see why it could not be used."), false);
        return;
    }
    const fleet::QuarantinedMessage& message = m_messages->message(rows.first());
    details().setTitle(models::toText(message.topic), QStringLiteral("%1 · %2").arg(Format::dateTime(message.arrivedMs),
                                                                                    Format::size(message.sizeBytes)));
    m_reason->setText(models::toText(message.reason));
    m_payload->setPlainText(QuarantineModel::readable(message.raw));
}

QString QuarantinePage::summary() const {
    return Format::count(static_cast<std::uint64_t>(m_messages->rowCount()));
}

void QuarantinePage::refreshEmptyState() {
    if (m_messages->isLoading()) {
        emptyState().setText(tr("Loading the quarantine …"), {});
        emptyState().setAction({});
    } else if (!filterText().isEmpty()) {
        emptyState().setText(tr("No message matches the filter"), filterHelp());
        emptyState().setAction(tr("Clear the filter"));
    } else {
        emptyState().setText(
            tr("Nothing in quarantine"),
            tr("A message that can't be used stands here with its reason, for seven days. It changes nothing."));
        emptyState().setAction({});
    }
}

}  // namespace drydock::views
