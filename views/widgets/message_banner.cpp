#include "views/widgets/message_banner.h"

#include <QTimer>
#include <QVBoxLayout>

#include "views/widgets/banner_line.h"

namespace drydock::views {

MessageBanner::MessageBanner(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)) {
    setAccessibleName(tr("Messages"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
}

void MessageBanner::showMessage(Tone tone, const QString& text, const QString& actionText, quint64 actionId) {
    auto* line = new BannerLine(tone, text, true);
    if (!actionText.isEmpty()) line->addAction(actionText, actionId);
    connect(line, &BannerLine::closeClicked, this, [this, line] {
        if (line->actionId() != 0) emit actionExpired(line->actionId());
        removeLine(line);
    });
    connect(line, &BannerLine::actionClicked, this, [this, line] {
        const quint64 id = line->actionId();
        removeLine(line);
        emit actionClicked(id);
    });
    if (tone == Tone::success) {
        auto* timer = new QTimer(line);
        timer->setSingleShot(true);
        connect(timer, &QTimer::timeout, line, &BannerLine::closeClicked);
        timer->start(kFadeAfterMs);
    }
    m_messages.append(line);
    m_layout->addWidget(line);
    if (m_messages.size() > kMostLines) emit m_messages.first()->closeClicked();
}

void MessageBanner::setTroubles(const QStringList& troubles) {
    QStringList shown;
    for (const BannerLine* line : m_troubles) shown.append(line->text());
    if (shown == troubles) return;
    const QList<BannerLine*> old = m_troubles;
    for (BannerLine* line : old) removeLine(line);
    for (const QString& trouble : troubles) {
        auto* line = new BannerLine(Tone::error, trouble, false);
        m_layout->insertWidget(m_troubles.size(), line);
        m_troubles.append(line);
    }
}

QStringList MessageBanner::texts() const {
    QStringList texts;
    for (const BannerLine* line : m_troubles) texts.append(line->text());
    for (const BannerLine* line : m_messages) texts.append(line->text());
    return texts;
}

void MessageBanner::removeLine(BannerLine* line) {
    m_troubles.removeAll(line);
    m_messages.removeAll(line);
    line->hide();
    m_layout->removeWidget(line);
    line->deleteLater();
}

}  // namespace drydock::views
