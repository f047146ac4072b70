#include "views/status_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVariant>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

constexpr int kMarkSide = 10;
using models::Format;

// Shapes as for phases: full disc for well, triangle for trying, square for off.
Mark markOfConnection(fleet::ConnectionState state) {
    switch (state) {
        case fleet::ConnectionState::connected:
            return Mark::well;
        case fleet::ConnectionState::connecting:
        case fleet::ConnectionState::waitingToReconnect:
            return Mark::retrying;
        case fleet::ConnectionState::off:
            break;
    }
    return Mark::unknown;
}

QString connectionText(const fleet::DeskStatus& status) {
    // The broker is the other program's; the store says nothing of it.
    if (status.readOnly && status.holder.empty()) return StatusLine::tr("read only: no program holds this store");
    if (status.readOnly)
        return StatusLine::tr("read only: %1 holds this store").arg(QString::fromStdString(status.holder));
    const QString state = Format::connection(status.connection);
    return status.broker.empty() ? state : QStringLiteral("%1  %2").arg(QString::fromStdString(status.broker), state);
}

QString connectionTip(const fleet::DeskStatus& status) {
    QStringList lines;
    if (status.connectionSinceMs > 0) {
        lines.append(StatusLine::tr("Since %1").arg(Format::dateTime(status.connectionSinceMs)));
    }
    if (!status.connectionError.empty()) lines.append(QString::fromStdString(status.connectionError));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

StatusLine::StatusLine(QWidget* parent)
    : QWidget(parent),
      m_mark(new QLabel),
      m_connection(new QLabel),
      m_rate(new QLabel),
      m_outbox(new QLabel),
      m_accounting(new QPushButton) {
    setObjectName(QStringLiteral("statusLine"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("State of the desk"));
    m_rate->setFont(numberFont());
    m_rate->setProperty("quiet", true);
    m_outbox->setFont(numberFont());
    m_outbox->setProperty("quiet", true);
    m_accounting->setProperty("flat", true);
    m_accounting->setFont(numberFont());
    m_accounting->setObjectName(QStringLiteral("accounting"));
    m_accounting->setToolTip(
        tr("Every message received is applied, a duplicate, in quarantine, or waiting. "
           "Click to see the quarantine."));
    connect(m_accounting, &QPushButton::clicked, this, &StatusLine::accountingClicked);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::k4, 0, space::k2, 0);
    layout->setSpacing(space::k2);
    layout->addWidget(m_mark);
    layout->addWidget(m_connection);
    layout->addSpacing(space::k3);
    layout->addWidget(m_rate);
    layout->addSpacing(space::k3);
    layout->addWidget(m_outbox);
    layout->addStretch();
    layout->addWidget(m_accounting);
}

void StatusLine::setStatus(const fleet::DeskStatus& status) {
    m_mark->setPixmap(markIcon(markOfConnection(status.connection)).pixmap(scaled(kMarkSide), scaled(kMarkSide)));
    m_connection->setText(connectionText(status));
    m_connection->setToolTip(connectionTip(status));
    m_rate->setText(Format::rate(status.messagesPerSecond));
    m_outbox->setText(tr("%1 to publish").arg(Format::count(status.outboxBacklog)));
    m_outbox->setVisible(status.outboxBacklog > 0);
    const fleet::Accounting& a = status.accounting;
    m_accounting->setText(tr("received %1 = applied %2 + duplicate %3 + quarantined %4 + waiting %5")
                              .arg(Format::count(a.received), Format::count(a.applied), Format::count(a.duplicate),
                                   Format::count(a.quarantined), Format::count(a.waiting)));
}

}  // namespace drydock::views
