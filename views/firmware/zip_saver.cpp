#include "views/firmware/zip_saver.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QPushButton>

#include "models/desk_models.h"
#include "models/text.h"
#include "views/widgets/details_pane.h"

namespace drydock::views {

using fleet::ReleaseStatus;
using models::Format;
using models::Notice;
using models::Severity;
using models::toText;
using storage::ErrorCode;

namespace {

Notice failure(const storage::Error& error, const QString& name) {
    switch (error.code) {
        case ErrorCode::diskFull:
            return {Severity::error, ZipSaver::tr("%1 was not saved: the disk there is full.").arg(name),
                    ZipSaver::tr("Make room on it, or choose another folder."), toText(error.message)};
        case ErrorCode::notFound:
            return {Severity::error,
                    ZipSaver::tr("%1 was not saved: the ZIP is not in the store any more.").arg(name),
                    {},
                    toText(error.message)};
        case ErrorCode::io:
        case ErrorCode::refused:
            return {Severity::error, ZipSaver::tr("%1 was not saved. %2").arg(name, toText(error.message)),
                    ZipSaver::tr("Choose another folder or name."), toText(error.message)};
        default:
            return {Severity::error,
                    ZipSaver::tr("%1 was not saved. %2").arg(name, toText(error.message)),
                    {},
                    toText(error.message)};
    }
}

}  // namespace

ZipSaver::ZipSaver(const PageContext& context, DetailsPane& pane) : QObject(&pane), m_context(context) {
    const DetailsPane::Link link = pane.addLink();
    m_link = link.button;
    m_section = link.section;
    connect(m_link, &QPushButton::clicked, this, &ZipSaver::choosePlace);
}

void ZipSaver::show(const fleet::FirmwareRecord& record) {
    m_record = record;
    m_section->show();
    refresh();
}

void ZipSaver::hide() {
    m_section->hide();
}

QString ZipSaver::whyNot() const {
    if (m_context.models.client.status().readOnly)
        return tr("The ZIPs are with the process that holds the store; this one only looks on.");
    if (m_saving) return tr("The copy before is still being written.");
    switch (m_record.status) {
        case ReleaseStatus::processing:
            return tr("The ZIP is still being checked.");
        case ReleaseStatus::deleting:
        case ReleaseStatus::deleted:
            return tr("The ZIP was removed with the firmware's deletion.");
        case ReleaseStatus::error:
            return tr("The package was refused: its ZIP lies in the store's folder firmware/errors, as %1.")
                .arg(toText(m_record.zipName));
        case ReleaseStatus::readyToTest:
        case ReleaseStatus::testing:
        case ReleaseStatus::released:
        case ReleaseStatus::revoked:
            break;
    }
    return {};
}

void ZipSaver::refresh() {
    m_link->setText(m_saving ? tr("Saving the ZIP …") : tr("Save ZIP as…"));
    setAllowed(*m_link, whyNot(), tr("Copies the ZIP to a place you choose"));
}

QString ZipSaver::suggestedName() const {
    // Without the folders a record written by hand might name.
    const QString original = QFileInfo(toText(m_record.originalName)).fileName();
    return original.isEmpty() ? toText(m_record.zipName) : original;
}

void ZipSaver::choosePlace() {
    auto* dialog = new QFileDialog(m_link, tr("Save firmware ZIP"), {}, tr("Firmware (*.zip)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("zip"));
    dialog->selectFile(suggestedName());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, zipName = toText(m_record.zipName)](const QString& path) { save(zipName, path); });
    dialog->open();
}

void ZipSaver::save(const QString& zipName, const QString& path) {
    m_saving = true;
    refresh();
    m_context.models.client.saveFirmware(
        zipName, path, this, [this, path](const storage::Result<std::uint64_t>& saved) { take(saved, path); });
}

void ZipSaver::take(const storage::Result<std::uint64_t>& saved, const QString& path) {
    m_saving = false;
    refresh();
    const QString name = QFileInfo(path).fileName();
    if (!saved) {
        emit noticeRaised(failure(saved.error(), name));
        return;
    }
    emit noticeRaised({Severity::success,
                       tr("%1 is saved in %2, %3.")
                           .arg(name, QDir::toNativeSeparators(QFileInfo(path).absolutePath()), Format::size(*saved)),
                       {},
                       {}});
}

}  // namespace drydock::views
