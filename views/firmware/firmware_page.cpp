#include "views/firmware/firmware_page.h"

#include <algorithm>

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>

#include "models/desk_models.h"
#include "models/roles.h"
#include "views/firmware/firmware_details.h"
#include "views/theme.h"
#include "views/view_settings.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using fleet::ReleaseStatus;
using models::FirmwareGroup;
using models::FirmwareModel;
using models::Format;

namespace {

constexpr int kTableVersion = 2;
constexpr const char* kSwitchSetting = "firmware-switches";  // a digit a switch, in their order on screen

PillTone toneOf(const QModelIndex& index) {
    switch (static_cast<ReleaseStatus>(index.data(models::ReleaseStatusRole).toInt())) {
        case ReleaseStatus::released:
            return PillTone::good;
        case ReleaseStatus::testing:
        case ReleaseStatus::readyToTest:
            return PillTone::accent;
        case ReleaseStatus::error:
            return PillTone::bad;
        case ReleaseStatus::revoked:
            return PillTone::warning;
        case ReleaseStatus::processing:
        case ReleaseStatus::deleting:
        case ReleaseStatus::deleted:
            break;
    }
    return PillTone::neutral;
}

QStringList zipsIn(const QMimeData& dropped) {
    QStringList paths;
    for (const QUrl& url : dropped.urls()) {
        if (url.isLocalFile() && url.fileName().endsWith(QLatin1String(".zip"), Qt::CaseInsensitive))
            paths.append(url.toLocalFile());
    }
    return paths;
}

}  // namespace

FirmwarePage::FirmwarePage(const PageContext& context, QWidget* parent)
    : ListPage(context, context.models.firmware, {QLatin1String(page_id::kFirmware), tr("Firmware"), Icon::firmware},
               tr("Filter: words, version:2026.03*, release_status:TESTING, devices:>0 …"),
               new DetailsPane(tr("Select a firmware to see it whole.")), parent),
      m_firmware(&context.models.firmware) {
    setAcceptDrops(true);
    m_import = new QPushButton;
    setLeadingIcon(*m_import, icon(Icon::import));
    connect(m_import, &QPushButton::clicked, this, &FirmwarePage::chooseFiles);
    addHeadButton(m_import);
    addControl(buildSwitches());
    buildTable();
    buildDetails();
    connect(m_firmware, &FirmwareModel::failed, this, &Page::noticeRaised);
    connect(m_firmware, &FirmwareModel::loadingChanged, this, &FirmwarePage::refreshSummary);
    connect(m_firmware, &FirmwareModel::countsChanged, this, [this] {
        refreshSwitches();
        refreshSummary();
    });
    restoreSwitches();
    refreshImportButton();
    table().sortByColumn(-1, Qt::AscendingOrder);  // by product, application and version
    begin(kTableVersion, {FirmwareModel::ClassColumn});
}

QWidget* FirmwarePage::buildSwitches() {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    const auto add = [&](FirmwareGroup group, const QString& name, const QString& what) {
        auto* button = new QPushButton;
        button->setObjectName(QStringLiteral("chip"));
        button->setCheckable(true);
        button->setFont(textFont(TextSize::caption));
        button->setToolTip(what);
        connect(button, &QPushButton::clicked, this, &FirmwarePage::applySwitches);
        layout->addWidget(button);
        m_switches.push_back({group, name, button});
    };
    add(FirmwareGroup::actionRequired, tr("Action required"),
        tr("Show what somebody has to decide on: ready to test, in test, or refused at import"));
    add(FirmwareGroup::released, tr("Released"), tr("Show what devices are offered"));
    add(FirmwareGroup::deleted, tr("Revoked and deleted"), tr("Show what is out of service, until it expires"));
    layout->addStretch();
    return row;
}

void FirmwarePage::buildTable() {
    TableView& list = table();
    list.setItemDelegateForColumn(FirmwareModel::VersionColumn, new CellDelegate(cell::kId, this));
    list.setItemDelegateForColumn(FirmwareModel::StatusColumn, new PillDelegate(toneOf, this));
    for (const int column : {FirmwareModel::UploadedColumn, FirmwareModel::SizeColumn, FirmwareModel::ExpiresColumn,
                             FirmwareModel::DevicesColumn})
        list.setItemDelegateForColumn(column, new CellDelegate(cell::kNumber, this));
    list.setWidthFor(FirmwareModel::ProductColumn, QStringLiteral("wo:v8-x"));
    list.setWidthFor(FirmwareModel::ApplicationColumn, QStringLiteral("main"));
    list.setWidthFor(FirmwareModel::ClassColumn, QStringLiteral("device"));
    list.setWidthFor(FirmwareModel::VersionColumn, QStringLiteral("2026.03.01 · 9f3c51d2"));
    list.setWidthFor(FirmwareModel::StatusColumn, Format::releaseStatus(ReleaseStatus::readyToTest));
    list.setWidthFor(FirmwareModel::UploadedColumn, QStringLiteral("12 min ago"));
    list.setWidthFor(FirmwareModel::SizeColumn, QStringLiteral("128.0 KiB"));
    list.setWidthFor(FirmwareModel::ExpiresColumn, QStringLiteral("21:14 h"));
    list.setWidthFor(FirmwareModel::DevicesColumn, QStringLiteral("1,000,000"));
    connect(&emptyState(), &EmptyState::actionClicked, this, [this] {
        if (m_firmware->total() == 0) {
            chooseFiles();
            return;
        }
        clearFilter();
        showEverything();
    });
}

void FirmwarePage::buildDetails() {
    m_record = new FirmwareDetails(context(), details());
    connect(m_record, &FirmwareDetails::actionRequested, this, &Page::actionRequested);
    connect(m_record, &FirmwareDetails::noticeRaised, this, &Page::noticeRaised);
    connect(m_record, &FirmwareDetails::devicesRequested, this, [this](const QString& query) {
        emit goTo({QLatin1String(page_id::kDevices), query});
    });
}

int FirmwarePage::rowOf(const QString& id) const {
    return m_firmware->rowOf(id);
}

void FirmwarePage::showEverything() {
    m_firmware->setFilter({true, true, true});
    refreshSwitches();
    refreshSummary();
}

void FirmwarePage::restoreSwitches() {
    const QString stored = context().settings.filter(QLatin1String(kSwitchSetting));
    if (stored.size() == static_cast<int>(m_switches.size())) {
        const auto on = [&stored](int place) { return stored.at(place) == QLatin1Char('1'); };
        m_firmware->setFilter({on(0), on(1), on(2)});
    }
    refreshSwitches();
}

void FirmwarePage::applySwitches() {
    const auto on = [this](std::size_t place) { return m_switches[place].button->isChecked(); };
    m_firmware->setFilter({on(0), on(1), on(2)});
    QString stored;
    for (std::size_t i = 0; i < m_switches.size(); ++i) stored += QLatin1Char(on(i) ? '1' : '0');
    context().settings.setFilter(QLatin1String(kSwitchSetting), stored);
    refreshSummary();
}

void FirmwarePage::refreshSwitches() {
    for (const Switch& each : m_switches) {
        each.button->setText(QStringLiteral("%1 %2").arg(
            each.name, Format::count(static_cast<std::uint64_t>(m_firmware->count(each.group)))));
        each.button->setChecked(m_firmware->filter().lets(each.group));
    }
}

QString FirmwarePage::summary() const {
    return tr("%1 of %2")
        .arg(Format::count(static_cast<std::uint64_t>(m_firmware->rowCount())),
             Format::count(static_cast<std::uint64_t>(m_firmware->total())));
}

void FirmwarePage::refreshEmptyState() {
    EmptyState& empty = emptyState();
    if (m_firmware->isLoading()) {
        empty.setText(tr("Loading firmware …"), {});
        empty.setAction({});
    } else if (m_firmware->total() == 0) {
        empty.setText(tr("No firmware yet"),
                      tr("Drop a firmware ZIP here, or import it. It is checked against its manifest on the way in."));
        empty.setAction(context().readOnly() ? QString() : tr("Import ZIP…"));
    } else if (const int hidden = m_firmware->hiddenByFilter(); hidden > 0) {
        empty.setText(filterText().isEmpty() ? tr("Nothing here waits for a decision")
                                             : tr("Nothing that is switched on matches the filter"),
                      tr("The switches above hide %1 more.").arg(Format::count(static_cast<std::uint64_t>(hidden))));
        empty.setAction(tr("Show all firmware"));
    } else {
        empty.setText(tr("No firmware matches the filter"), filterHelp());
        empty.setAction(tr("Show all firmware"));
    }
}

void FirmwarePage::showRows(const QList<int>& rows) {
    std::vector<const fleet::FirmwareRecord*> records;
    for (const int row : rows) records.push_back(&m_firmware->firmware(row));
    m_record->show(records);
}

void FirmwarePage::refreshImportButton() {
    const int total = m_imported + m_toImport.size();
    m_import->setText(m_toImport.isEmpty() ? tr("Import ZIP…")
                                           : tr("Importing %1 of %2 …").arg(m_imported + 1).arg(total));
    setAllowed(
        *m_import,
        context().readOnly()    ? context().whyReadOnly()
        : !m_toImport.isEmpty() ? tr("The files before are still being checked.")
                                : QString(),
        tr("Checks a firmware ZIP against its manifest and stores it; dropping files on this page does the same"));
}

void FirmwarePage::chooseFiles() {
    auto* dialog = new QFileDialog(this, tr("Import firmware"), {}, tr("Firmware (*.zip)"));
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filesSelected, this, &FirmwarePage::importFiles);
    dialog->open();
}

void FirmwarePage::importFiles(const QStringList& paths) {
    if (context().readOnly() || paths.isEmpty()) return;
    const bool underWay = !m_toImport.isEmpty();
    m_toImport += paths;
    if (!underWay) {
        m_imported = 0;
        importNext();
    }
    refreshImportButton();
}

void FirmwarePage::importNext() {
    context().models.client.importFirmware(
        m_toImport.first(), this,
        [this](const storage::Result<fleet::FirmwareRecord>& imported) { takeImported(imported); });
}

void FirmwarePage::takeImported(const storage::Result<fleet::FirmwareRecord>& imported) {
    const QString name = QFileInfo(m_toImport.takeFirst()).fileName();
    ++m_imported;
    if (!imported) {
        emit noticeRaised(models::noticeFrom(imported.error(), tr("%1 was not imported.").arg(name)));
    } else if (imported->status == ReleaseStatus::error) {
        emit noticeRaised({models::Severity::warning, tr("%1 breaks a rule of its manifest.").arg(name),
                           tr("It is listed with the reason; import a corrected one."),
                           QString::fromStdString(imported->errorReason)});
    } else {
        emit noticeRaised({models::Severity::success,
                           tr("%1 is imported and %2.").arg(name, Format::releaseStatus(imported->status)),
                           {},
                           {}});
    }
    if (!m_toImport.isEmpty())
        importNext();
    else if (imported)
        openRow(QString::fromStdString(imported->zipName));
    refreshImportButton();
}

void FirmwarePage::dragEnterEvent(QDragEnterEvent* event) {
    if (!context().readOnly() && !zipsIn(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void FirmwarePage::dropEvent(QDropEvent* event) {
    importFiles(zipsIn(*event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace drydock::views
