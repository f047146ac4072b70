#include "views/widgets/attribute_diff_view.h"

#include <QHeaderView>
#include <QPainter>

#include "models/roles.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/empty_state.h"

namespace drydock::views {

namespace {

using State = models::AttributeDiffModel::State;

QString signOf(State state) {
    switch (state) {
        case State::changed:
            return QStringLiteral("≠");
        case State::onlyNow:
            return QStringLiteral("+");
        case State::onlyBackup:
            return QStringLiteral("−");
        case State::same:
            break;
    }
    return {};
}

// The name with its sign before it, or a value in mono; the ground tinted where the sides differ.
class DifferenceDelegate final : public CellDelegate {
public:
    DifferenceDelegate(bool isName, QObject* parent) : CellDelegate(isName ? cell::kText : cell::kId, parent) {}

protected:
    void paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override {
        const Tokens& t = tokens(option.palette);
        const auto state = static_cast<State>(index.data(models::DifferenceRole).toInt());
        const bool isName = index.column() == models::AttributeDiffModel::NameColumn;
        if (state != State::same && !option.state.testFlag(QStyle::State_Selected)) {
            painter.fillRect(option.rect, t.warningTint);
        }
        QRect textArea = area;
        if (isName) {
            const int signWidth = scaled(12);
            painter.setFont(textFont(TextSize::body, true));
            painter.setPen(t.warning);
            painter.drawText(QRect(area.left(), area.top(), signWidth, area.height()), Qt::AlignCenter, signOf(state));
            textArea.setLeft(area.left() + signWidth + space::k1);
        }
        paintText(painter, textArea, option, index.data().toString());
    }
};

}  // namespace

AttributeDiffView::AttributeDiffView(QWidget* parent)
    : FittedTable(parent), m_attributes(new models::AttributeDiffModel(this)) {
    setAccessibleName(tr("Attributes now and in the backup"));
    setModel(m_attributes);
    setItemDelegate(new DifferenceDelegate(false, this));
    setItemDelegateForColumn(models::AttributeDiffModel::NameColumn, new DifferenceDelegate(true, this));
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto* empty = new EmptyState(Icon::info);
    empty->setText(tr("No attributes"), tr("The registry holds none for this device."));
    setEmptyState(empty);
}

void AttributeDiffView::setAttributes(const fleet::Attributes& now, const std::optional<fleet::Attributes>& backup) {
    m_attributes->setAttributes(now, backup);
    setColumnHidden(models::AttributeDiffModel::BackupColumn, !m_attributes->hasBackup());
    const int differences = m_attributes->differences();
    const QString said =
        differences == 1 ? tr("1 difference from the backup.") : tr("%1 differences from the backup.").arg(differences);
    setAccessibleDescription(m_attributes->hasBackup() ? said : tr("There is no backup."));
}

}  // namespace drydock::views
