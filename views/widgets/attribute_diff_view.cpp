#include "views/widgets/attribute_diff_view.h"

#include <QHeaderView>

#include "views/widgets/difference_delegate.h"
#include "views/widgets/empty_state.h"

namespace drydock::views {

AttributeDiffView::AttributeDiffView(QWidget* parent)
    : FittedTable(parent), m_attributes(new models::AttributeDiffModel(this)) {
    setAccessibleName(tr("Attributes now and in the backup"));
    setModel(m_attributes);
    setItemDelegate(new DifferenceDelegate(DifferenceDelegate::Cell::value, true, this));
    setItemDelegateForColumn(models::AttributeDiffModel::NameColumn,
                             new DifferenceDelegate(DifferenceDelegate::Cell::name, true, this));
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
