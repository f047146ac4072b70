#include "views/firmware/comparison_sections.h"

#include <functional>

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QVariant>

#include "models/firmware_model.h"
#include "models/text.h"
#include "views/theme.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/difference_delegate.h"
#include "views/widgets/fitted_table.h"
#include "views/widgets/selection_text.h"

namespace drydock::views {

using fleet::FirmwareRecord;
using models::FirmwareComparisonModel;
using models::toText;

namespace {

constexpr int kFileRowHeight = 46;  // size and hash below one another

QString nameOf(const FirmwareRecord& record) {
    return QStringLiteral("%1 %2 %3")
        .arg(toText(record.productId), toText(record.application), models::FirmwareModel::versionText(record));
}

bool isRefused(const FirmwareRecord& record) {
    return record.status == fleet::ReleaseStatus::error;
}

bool isNewer(const FirmwareRecord& one, const FirmwareRecord& other) {
    const std::string left = models::FirmwareModel::plainVersion(one);
    const std::string right = models::FirmwareModel::plainVersion(other);
    return left != right ? left > right : one.uploadedAtS > other.uploadedAtS;
}

QString lineOf(const std::function<QVariant(int column)>& cell) {
    QStringList cells;
    for (int column = 0; column < FirmwareComparisonModel::ColumnCount; ++column)
        cells.append(cell(column).toString().simplified());
    return cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
}

}  // namespace

ComparisonSections::ComparisonSections(DetailsPane& pane) : QObject(&pane), m_verdict(new QLabel) {
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_verdictSection = pane.addSection(tr("Comparison"), m_verdict);
    addPart(pane, FirmwareComparisonModel::Part::manifest, tr("Manifest"));
    addPart(pane, FirmwareComparisonModel::Part::files, tr("Files"));
    addPart(pane, FirmwareComparisonModel::Part::partitions, tr("Partitions"));
    const DetailsPane::Link link = pane.addLink(tr("Copy the comparison as text"));
    m_copySection = link.section;
    connect(link.button, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(asText());
        emit copied();
    });
}

void ComparisonSections::addPart(DetailsPane& pane, FirmwareComparisonModel::Part part, const QString& name) {
    auto* model = new FirmwareComparisonModel(part, this);
    auto* table = new FittedTable;
    table->setAccessibleName(tr("Differences: %1").arg(name));
    table->setModel(model);
    table->setItemDelegate(new DifferenceDelegate(DifferenceDelegate::Cell::value, false, table));
    table->setItemDelegateForColumn(FirmwareComparisonModel::NameColumn,
                                    new DifferenceDelegate(DifferenceDelegate::Cell::name, false, table));
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    if (part == FirmwareComparisonModel::Part::files)
        table->verticalHeader()->setDefaultSectionSize(scaled(kFileRowHeight));
    m_parts.push_back({name, model, pane.addSection(name, table)});
}

void ComparisonSections::compare(const FirmwareRecord& one, const FirmwareRecord& other) {
    const bool reversed = isNewer(one, other);
    const FirmwareRecord& before = reversed ? other : one;
    const FirmwareRecord& after = reversed ? one : other;
    const fleet::FirmwareComparison comparison = fleet::compareFirmware(before, after);
    const bool sameFiles = comparison.added.empty() && comparison.removed.empty() && comparison.changed.empty();
    QStringList said = {tr("From %1 to %2.").arg(nameOf(before), nameOf(after))};
    if (isRefused(before) || isRefused(after)) {
        said.append(tr("Of a package that was refused there are no files on record."));
    } else if (sameFiles && comparison.partitions.empty()) {
        said.append(comparison.fields.empty() ? tr("They are identical.")
                                              : tr("Their files and partitions are identical."));
    } else if (sameFiles) {
        said.append(tr("Their files are identical."));
    } else if (comparison.partitions.empty()) {
        said.append(tr("Their partitions are identical."));
    }
    m_verdict->setText(said.join(QLatin1Char(' ')));
    m_verdictSection->show();
    m_copySection->show();
    const auto version = [](const FirmwareRecord& record) {
        return QString::fromStdString(models::FirmwareModel::plainVersion(record));
    };
    for (const Part& part : m_parts) {
        part.model->setComparison(comparison, version(before), version(after));
        part.section->setVisible(part.model->rowCount() > 0);
    }
}

void ComparisonSections::hide() {
    m_verdictSection->hide();
    m_copySection->hide();
    for (const Part& part : m_parts) part.section->hide();
}

QString ComparisonSections::asText() const {
    QString text = m_verdict->text() + QLatin1Char('\n');
    for (const Part& part : m_parts) {
        if (part.model->rowCount() == 0) continue;
        text += QLatin1Char('\n') + part.name + QLatin1Char('\n');
        text += lineOf([&part](int column) { return part.model->headerData(column, Qt::Horizontal); });
        for (int row = 0; row < part.model->rowCount(); ++row)
            text += lineOf([&](int column) { return part.model->index(row, column).data(models::CopyRole); });
    }
    return text;
}

}  // namespace drydock::views
