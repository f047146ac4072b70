#include "views/quarantine/quarantine_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QVBoxLayout>
#include <QVariant>

#include "models/desk_models.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/filter_field.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using models::QuarantineModel;

namespace {
constexpr int kTableVersion = 1;
constexpr int kHeadHeight = 30;  // as on pages with buttons beside the title
constexpr int kDetailsWidth = 360;
}  // namespace

QuarantinePage::QuarantinePage(const PageContext& context, QWidget* parent)
    : Page({QLatin1String(page_id::kQuarantine), tr("Quarantine"), Icon::quarantine}, parent),
      m_model(context.models.client, context.models.now) {
    auto* splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(buildListSide());
    splitter->addWidget(buildDetails());
    splitter->setStretchFactor(0, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    m_table->remember(context.settings, face().id, kTableVersion);
    connect(&m_model, &QuarantineModel::failed, this, &Page::noticeRaised);
    connect(&m_model, &models::OrderedModel::orderChanged, m_summary,
            [this] { m_summary->setText(models::Format::count(static_cast<std::uint64_t>(m_model.rowCount()))); });
    m_model.load();
}

QWidget* QuarantinePage::buildListSide() {
    auto* title = new QLabel(face().title);
    title->setFont(textFont(TextSize::title, true));
    title->setMinimumHeight(scaled(kHeadHeight));
    m_summary = new QLabel;
    m_summary->setProperty("quiet", true);
    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch();
    head->addWidget(m_summary);
    m_filter = new FilterField(tr("Filter: reason, topic, payload …"));
    connect(m_filter, &FilterField::textChanged, &m_model, &QuarantineModel::setFilterText);

    m_table = new TableView;
    m_table->setAccessibleName(tr("Quarantined messages"));
    m_table->setModel(&m_model);
    m_table->setItemDelegateForColumn(QuarantineModel::TopicColumn, new CellDelegate(cell::kId, this));
    m_table->setItemDelegateForColumn(QuarantineModel::PayloadColumn, new CellDelegate(cell::kId, this));
    m_table->setItemDelegateForColumn(QuarantineModel::SizeColumn, new CellDelegate(cell::kNumber, this));
    m_table->setItemDelegateForColumn(QuarantineModel::ArrivedColumn, new CellDelegate(cell::kNumber, this));
    m_table->setWidthFor(QuarantineModel::ArrivedColumn, QStringLiteral("12 min ago"));
    m_table->setWidthFor(QuarantineModel::ReasonColumn, QStringLiteral("status: not a string ···"));
    m_table->setWidthFor(QuarantineModel::TopicColumn, QStringLiteral("iot/device/data"), true);
    m_table->setWidthFor(QuarantineModel::SizeColumn, QStringLiteral("128.0 KiB"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto* empty = new EmptyState(Icon::quarantine);
    empty->setText(tr("Nothing in quarantine"),
                   tr("A message that can't be used stands here with its reason, for seven days. It changes nothing."));
    m_table->setEmptyState(empty);
    connect(m_table, &TableView::selectedRowsChanged, this, &QuarantinePage::showSelected);
    connect(m_filter, &FilterField::leftDownwards, m_table, [this] { m_table->setFocus(Qt::OtherFocusReason); });

    auto* controls = new QVBoxLayout;
    controls->setContentsMargins(space::k4, space::k3, space::k4, space::k2);
    controls->setSpacing(space::k2);
    controls->addLayout(head);
    controls->addWidget(m_filter);
    auto* side = new QWidget;
    side->setObjectName(QStringLiteral("listSide"));
    side->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(controls);
    layout->addWidget(m_table, 1);
    return side;
}

QWidget* QuarantinePage::buildDetails() {
    m_details = new DetailsPane(tr("Select a message to see why it could not be used."));
    m_details->setAccessibleName(tr("Quarantined message"));
    m_details->setMinimumWidth(scaled(kDetailsWidth));
    m_reason = new QLabel;
    m_reason->setWordWrap(true);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_payload = new QPlainTextEdit;
    m_payload->setReadOnly(true);
    m_payload->setFont(monoFont());
    m_payload->setAccessibleName(tr("Payload"));
    m_details->addSection(tr("Reason"), m_reason);
    m_details->addSection(tr("Payload, its first 4 KiB at most"), m_payload, 1);
    return m_details;
}

void QuarantinePage::showSelected() {
    const QList<int> rows = m_table->selectedRows();
    m_details->setShown(rows.size() == 1);
    if (rows.size() != 1) return;
    const fleet::QuarantinedMessage& message = m_model.message(rows.first());
    m_details->setTitle(QString::fromStdString(message.topic),
                        QStringLiteral("%1 · %2").arg(models::Format::dateTime(message.arrivedMs),
                                                      models::Format::size(message.sizeBytes)));
    m_reason->setText(QString::fromStdString(message.reason));
    m_payload->setPlainText(QuarantineModel::readable(message.raw));
}

void QuarantinePage::open(const QString& target) {
    if (!target.isEmpty()) m_filter->setText(target == QLatin1String(kEverything) ? QString() : target);
}

QString QuarantinePage::target() const {
    return m_filter->text();
}

void QuarantinePage::focusFilter() {
    m_filter->focusFilter();
}

QString QuarantinePage::selectionAsText() const {
    return m_table->selectionAsText();
}

}  // namespace drydock::views
