#include "models/notice.h"

#include <QCoreApplication>

namespace drydock::models {
namespace {

struct NoticeText {
    Q_DECLARE_TR_FUNCTIONS(drydock::models::NoticeText)
};

using storage::ErrorCode;

QString whatHappened(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation:
            return NoticeText::tr("That can't be used as it is.");
        case ErrorCode::conditionalCheckFailed:
        case ErrorCode::duplicateItem:
        case ErrorCode::tableAlreadyExists:
        case ErrorCode::exportConflict:
        case ErrorCode::importConflict:
        case ErrorCode::transactionCanceled:
        case ErrorCode::conflict:
            return NoticeText::tr("It has changed since you looked at it. Nothing was done.");
        case ErrorCode::resourceNotFound:
        case ErrorCode::tableNotFound:
        case ErrorCode::backupNotFound:
        case ErrorCode::exportNotFound:
        case ErrorCode::importNotFound:
        case ErrorCode::notFound:
            return NoticeText::tr("It is not there any more.");
        case ErrorCode::resourceInUse:
        case ErrorCode::tableInUse:
        case ErrorCode::backupInUse:
        case ErrorCode::busy:
            return NoticeText::tr("It is busy with something else.");
        case ErrorCode::limitExceeded:
        case ErrorCode::itemCollectionSizeLimitExceeded:
            return NoticeText::tr("A limit is reached.");
        case ErrorCode::trimmedDataAccess:
        case ErrorCode::pointInTimeRecoveryUnavailable:
        case ErrorCode::invalidRestoreTime:
        case ErrorCode::invalidExportTime:
            return NoticeText::tr("That part of the history is no longer kept.");
        case ErrorCode::diskFull:
            return NoticeText::tr("The disk with the store is full.");
        case ErrorCode::io:
            return NoticeText::tr("Reading or writing the disk failed.");
        case ErrorCode::corrupt:
            return NoticeText::tr("The store is damaged.");
        case ErrorCode::readOnly:
            return NoticeText::tr("The store can only be read.");
        case ErrorCode::locked:
            return NoticeText::tr("Another program has the store open.");
        case ErrorCode::refused:
            return NoticeText::tr("A rule forbids it. Nothing was done.");
        case ErrorCode::accessDenied:
        case ErrorCode::expiredIterator:
        case ErrorCode::idempotentParameterMismatch:
        case ErrorCode::serialization:
        case ErrorCode::unknownOperation:
        case ErrorCode::internal:
            break;
    }
    return NoticeText::tr("Something went wrong inside the program.");
}

QString whatToDo(ErrorCode code) {
    switch (code) {
        case ErrorCode::conditionalCheckFailed:
        case ErrorCode::transactionCanceled:
        case ErrorCode::conflict:
            return NoticeText::tr("Look at the preview again, then decide.");
        case ErrorCode::resourceInUse:
        case ErrorCode::busy:
            return NoticeText::tr("Try again in a moment.");
        case ErrorCode::diskFull:
            return NoticeText::tr("Make room on it; the program goes on by itself.");
        case ErrorCode::io:
            return NoticeText::tr("Check the disk and its permissions, then try again.");
        case ErrorCode::corrupt:
            return NoticeText::tr("Close the program and restore the store from a backup.");
        case ErrorCode::readOnly:
            return NoticeText::tr("Check the permissions of the store's folder.");
        case ErrorCode::locked:
            return NoticeText::tr("Close the other program, or open another store.");
        case ErrorCode::internal:
            return NoticeText::tr("Try again; if it stays, report it with the details below.");
        default:
            return {};
    }
}

}  // namespace

Notice noticeFrom(const storage::Error& error, const QString& doing) {
    const QString happened = whatHappened(error.code);
    return {Severity::error, doing.isEmpty() ? happened : doing + QLatin1Char(' ') + happened, whatToDo(error.code),
            QString::fromStdString(error.message)};
}

}  // namespace drydock::models
