#include "views/widgets/id_label.h"

#include <algorithm>

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>

#include "views/icons.h"
#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kLeastCharacters = 12;
}  // namespace

IdLabel::IdLabel(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setTextFormat(Qt::PlainText);
    setFont(monoFont());
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* copyAction = new QAction(icon(Icon::copy), tr("Copy"), this);
    connect(copyAction, &QAction::triggered, this, &IdLabel::copy);
    addAction(copyAction);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

QSize IdLabel::minimumSizeHint() const {
    const int least = fontMetrics().horizontalAdvance(QLatin1Char('0')) * kLeastCharacters;
    const QSize whole = QLabel::sizeHint();
    return {std::min(least, whole.width()), whole.height()};
}

QString IdLabel::shown() const {
    // Asked first, because eliding measures in fractions and would cut text that just fits.
    if (fontMetrics().horizontalAdvance(text()) <= width()) return text();
    return fontMetrics().elidedText(text(), Qt::ElideMiddle, width());
}

void IdLabel::copy() const {
    QGuiApplication::clipboard()->setText(text());
}

bool IdLabel::event(QEvent* event) {
    // Before the window's own Ctrl+C, which copies the selected rows.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        event->accept();
        return true;
    }
    return QLabel::event(event);
}

void IdLabel::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copy();
    QLabel::keyPressEvent(event);
}

void IdLabel::paintEvent(QPaintEvent* /*event*/) {
    const Tokens& t = tokens(*this);
    QPainter painter(this);
    if (hasFocus()) painter.fillRect(rect(), t.selection);
    painter.setPen(t.text);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip, shown());
}

void IdLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    setToolTip(shown() == text() ? QString() : text());
}

}  // namespace drydock::views
