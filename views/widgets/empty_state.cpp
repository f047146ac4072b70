#include "views/widgets/empty_state.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <QVariant>

#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kIconSide = 32;
constexpr int kTextWidth = 420;
}  // namespace

EmptyState::EmptyState(Icon which, QWidget* parent)
    : QWidget(parent), m_icon(new QLabel), m_title(new QLabel), m_hint(new QLabel), m_action(new QPushButton) {
    m_icon->setPixmap(icon(which).pixmap(QSize(scaled(kIconSide), scaled(kIconSide))));
    m_icon->setAlignment(Qt::AlignCenter);
    m_title->setFont(textFont(TextSize::title, true));
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_hint->setWordWrap(true);
    m_hint->setProperty("quiet", true);
    m_action->hide();
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionClicked);

    auto* column = new QVBoxLayout;
    column->setSpacing(space::k2);
    column->addWidget(m_icon);
    column->addSpacing(space::k1);
    column->addWidget(m_title);
    column->addWidget(m_hint);
    column->addSpacing(space::k2);
    column->addWidget(m_action, 0, Qt::AlignHCenter);
    auto* block = new QWidget;
    block->setLayout(column);
    block->setMaximumWidth(scaled(kTextWidth));

    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(space::k5, space::k5, space::k5, space::k5);
    layout->addWidget(block, 1, 1);
    layout->setRowStretch(0, 2);
    layout->setRowStretch(2, 3);
    layout->setColumnStretch(0, 1);
    layout->setColumnStretch(1, 4);
    layout->setColumnStretch(2, 1);
}

void EmptyState::setText(const QString& title, const QString& hint) {
    m_title->setText(title);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    setAccessibleName(hint.isEmpty() ? title : title + QStringLiteral(". ") + hint);
}

void EmptyState::setAction(const QString& text) {
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
}

}  // namespace drydock::views
