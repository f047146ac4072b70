#include "views/widgets/message_banner.h"

#include <algorithm>

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <QVariant>

#include "views/icons.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

struct ToneLook {
    const char* name;
    Icon icon;
    QColor Tokens::*colour;
};

ToneLook lookOf(MessageBanner::Tone tone) {
    switch (tone) {
        case MessageBanner::Tone::success:
            return {"success", Icon::success, &Tokens::good};
        case MessageBanner::Tone::warning:
            return {"warning", Icon::warning, &Tokens::warning};
        case MessageBanner::Tone::error:
            return {"error", Icon::error, &Tokens::bad};
        case MessageBanner::Tone::information:
            break;
    }
    return {"information", Icon::info, &Tokens::accent};
}

}  // namespace

// One message: icon, text, an action, a cross.
class BannerLine final : public QFrame {
    Q_OBJECT
public:
    BannerLine(MessageBanner::Tone tone, const QString& text, bool closable) : m_label(new QLabel(text)) {
        const ToneLook look = lookOf(tone);
        setObjectName(QStringLiteral("bannerLine"));
        setProperty("tone", look.name);
        setAccessibleName(text);
        m_label->setWordWrap(true);
        m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        auto* mark = new QLabel;
        mark->setPixmap(icon(look.icon, tokens(*this).*look.colour).pixmap(scaled(16), scaled(16)));
        m_layout = new QHBoxLayout(this);
        m_layout->setContentsMargins(space::k4, space::k2, space::k3, space::k2);
        m_layout->setSpacing(space::k3);
        m_layout->addWidget(mark);
        m_layout->addWidget(m_label, 1);
        if (!closable) return;
        auto* cross = new QToolButton;
        cross->setIcon(icon(Icon::close));
        cross->setAccessibleName(MessageBanner::tr("Close this message"));
        cross->setToolTip(MessageBanner::tr("Close"));
        connect(cross, &QToolButton::clicked, this, &BannerLine::closeClicked);
        m_layout->addWidget(cross);
    }

    void addAction(const QString& text, quint64 id) {
        m_actionId = id;
        auto* button = new QPushButton(text);
        connect(button, &QPushButton::clicked, this, &BannerLine::actionClicked);
        m_layout->insertWidget(2, button);
    }

    [[nodiscard]] quint64 actionId() const { return m_actionId; }
    [[nodiscard]] QString text() const { return m_label->text(); }

signals:
    void closeClicked();
    void actionClicked();

private:
    QHBoxLayout* m_layout;
    QLabel* m_label;
    quint64 m_actionId = 0;
};

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

#include "message_banner.moc"
