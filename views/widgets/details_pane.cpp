#include "views/widgets/details_pane.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <QVariant>

#include "views/theme.h"
#include "views/widgets/flow_layout.h"

namespace drydock::views {

namespace {
constexpr int kLeastWidth = 400;
}  // namespace

DetailsPane::DetailsPane(const QString& hint, QWidget* parent) : QWidget(parent), m_stack(new QStackedWidget) {
    setObjectName(QStringLiteral("detailsPane"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(scaled(kLeastWidth));
    auto* hintLabel = new QLabel(hint);
    hintLabel->setAlignment(Qt::AlignCenter);
    hintLabel->setWordWrap(true);
    hintLabel->setProperty("quiet", true);
    hintLabel->setMargin(space::k6);
    m_stack->addWidget(hintLabel);
    m_stack->addWidget(buildContent());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
}

QWidget* DetailsPane::buildContent() {
    m_title = new QLabel;
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    m_caption = new QLabel;
    m_caption->setProperty("quiet", true);
    m_caption->setWordWrap(true);
    m_titleRow = new QHBoxLayout;
    m_titleRow->setSpacing(space::k3);
    m_titleRow->addWidget(m_title, 1);

    auto* column = new QWidget;
    column->setObjectName(QStringLiteral("scrolled"));
    column->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // as wide as the pane, never wider
    m_sections = new QVBoxLayout(column);
    m_sections->setContentsMargins(space::k4, space::k4, space::k4, space::k4);
    m_sections->setSpacing(space::k2);
    m_sections->addLayout(m_titleRow);
    m_sections->addWidget(m_caption);
    m_sections->addStretch();  // takes the room left where no section does, so that they stand close

    auto* scroll = new QScrollArea;
    scroll->setWidget(column);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);

    m_actionBar = new QWidget;
    m_actionBar->setObjectName(QStringLiteral("actionBar"));
    m_actionBar->setAttribute(Qt::WA_StyledBackground);
    m_actions = new FlowLayout(m_actionBar);
    m_actions->setContentsMargins(space::k4, space::k3, space::k4, space::k3);
    m_actions->setSpacing(space::k2);
    m_actionBar->hide();

    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_actionBar);
    return content;
}

void DetailsPane::setTitle(const QString& title, const QString& caption, bool titleIsId) {
    m_title->setFont(titleIsId ? monoFont(TextSize::title) : textFont(TextSize::title, true));
    m_title->setText(title);
    m_caption->setText(caption);
    m_caption->setVisible(!caption.isEmpty());
}

void DetailsPane::setTitleWidget(QWidget* widget) {
    m_titleRow->addWidget(widget, 0, Qt::AlignRight | Qt::AlignTop);
}

QWidget* DetailsPane::addSection(const QString& heading, QWidget* section, int stretch) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, space::k2, 0, 0);
    layout->setSpacing(space::k2);
    if (!heading.isEmpty()) {
        auto* label = new QLabel(heading);
        label->setFont(textFont(TextSize::caption, true));
        label->setProperty("quiet", true);
        layout->addWidget(label);
    }
    layout->addWidget(section, stretch);
    m_sections->insertWidget(m_sections->count() - 1, box, stretch);
    return box;
}

DetailsPane::Link DetailsPane::addLink(const QString& text) {
    auto* link = new QPushButton(text);
    link->setProperty("flat", true);
    // As wide as its text, and flush with the text above.
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(link);
    layout->addStretch();
    link->setObjectName(QStringLiteral("link"));
    return {link, addSection({}, row)};
}

QPushButton* DetailsPane::addAction(const QString& text, const QString& accessibleName) {
    auto* button = new QPushButton(text);
    if (!accessibleName.isEmpty()) button->setAccessibleName(accessibleName);
    m_actions->addWidget(button);
    m_actionBar->show();
    return button;
}

void DetailsPane::setShown(bool shown) {
    m_stack->setCurrentIndex(shown ? 1 : 0);
}

void setAllowed(QPushButton& button, const QString& whyNot, const QString& tooltip) {
    button.setEnabled(whyNot.isEmpty());
    button.setToolTip(whyNot.isEmpty() ? tooltip : whyNot);
}

}  // namespace drydock::views
