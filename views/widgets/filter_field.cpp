#include "views/widgets/filter_field.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>
#include <QVariant>

#include "views/icons.h"
#include "views/theme.h"

namespace drydock::views {

FilterField::FilterField(const QString& placeholder, QWidget* parent)
    : QWidget(parent), m_edit(new QLineEdit), m_error(new QLabel), m_summary(new QLabel) {
    m_edit->setPlaceholderText(placeholder);
    m_edit->setAccessibleName(tr("Filter"));
    m_edit->setClearButtonEnabled(true);
    m_edit->addAction(icon(Icon::filter), QLineEdit::LeadingPosition);
    m_edit->installEventFilter(this);
    m_error->setProperty("tone", "bad");
    m_error->setWordWrap(true);
    m_error->hide();
    m_summary->setProperty("quiet", true);
    m_summary->hide();
    m_summary->setFont(numberFont());
    connect(m_edit, &QLineEdit::textChanged, this, &FilterField::textChanged);

    auto* line = new QHBoxLayout;
    line->setSpacing(space::k3);
    line->addWidget(m_edit, 1);
    line->addWidget(m_summary);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    layout->addLayout(line);
    layout->addWidget(m_error);
    setFocusProxy(m_edit);
}

QString FilterField::text() const {
    return m_edit->text();
}

void FilterField::setText(const QString& text) {
    m_edit->setText(text);
}

void FilterField::setHelp(const QString& help) {
    // As rich text, which a tooltip breaks into lines.
    m_edit->setToolTip(QStringLiteral("<qt>%1</qt>").arg(help.toHtmlEscaped()));
    m_edit->setAccessibleDescription(help);
}

void FilterField::setError(const QString& error) {
    m_error->setText(error);
    m_error->setVisible(!error.isEmpty());
}

void FilterField::setSummary(const QString& summary) {
    m_summary->setText(summary);
    m_summary->setVisible(!summary.isEmpty());
}

void FilterField::focusFilter() {
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

bool FilterField::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_edit->text().isEmpty()) {
            m_edit->clear();
            return true;
        }
        if (key == Qt::Key_Down) {
            emit leftDownwards();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace drydock::views
