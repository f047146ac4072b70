#include "views/widgets/banner_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
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

BannerLine::BannerLine(MessageBanner::Tone tone, const QString& text, bool closable, QWidget* parent)
    : QFrame(parent), m_layout(new QHBoxLayout(this)), m_label(new QLabel(text)) {
    const ToneLook look = lookOf(tone);
    setObjectName(QStringLiteral("bannerLine"));
    setProperty("tone", look.name);
    setAccessibleName(text);
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* mark = new QLabel;
    mark->setPixmap(icon(look.icon, tokens(*this).*look.colour).pixmap(scaled(16), scaled(16)));
    m_layout->setContentsMargins(space::k4, space::k2, space::k3, space::k2);
    m_layout->setSpacing(space::k3);
    m_layout->addWidget(mark);
    m_layout->addWidget(m_label, 1);
    if (!closable) return;
    auto* cross = new QToolButton;
    cross->setIcon(icon(Icon::close));
    cross->setAccessibleName(tr("Close this message"));
    cross->setToolTip(tr("Close"));
    connect(cross, &QToolButton::clicked, this, &BannerLine::closeClicked);
    m_layout->addWidget(cross);
}

void BannerLine::addAction(const QString& text, quint64 id) {
    m_actionId = id;
    auto* button = new QPushButton(text);
    connect(button, &QPushButton::clicked, this, &BannerLine::actionClicked);
    m_layout->insertWidget(2, button);
}

QString BannerLine::text() const {
    return m_label->text();
}

}  // namespace drydock::views
