#include "storage/base/result.h"

namespace drydock::storage {

const char* awsName(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation:
            return "ValidationException";
        case ErrorCode::conditionalCheckFailed:
            return "ConditionalCheckFailedException";
        case ErrorCode::duplicateItem:
            return "DuplicateItemException";
        case ErrorCode::transactionCanceled:
            return "TransactionCanceledException";
        case ErrorCode::resourceNotFound:
            return "ResourceNotFoundException";
        case ErrorCode::resourceInUse:
            return "ResourceInUseException";
        case ErrorCode::limitExceeded:
            return "LimitExceededException";
        case ErrorCode::accessDenied:
            return "AccessDeniedException";
        case ErrorCode::expiredIterator:
            return "ExpiredIteratorException";
        case ErrorCode::itemCollectionSizeLimitExceeded:
            return "ItemCollectionSizeLimitExceededException";
        case ErrorCode::trimmedDataAccess:
            return "TrimmedDataAccessException";
        case ErrorCode::idempotentParameterMismatch:
            return "IdempotentParameterMismatchException";
        case ErrorCode::serialization:
            return "SerializationException";
        case ErrorCode::unknownOperation:
            return "UnknownOperationException";
        case ErrorCode::tableNotFound:
            return "TableNotFoundException";
        case ErrorCode::tableAlreadyExists:
            return "TableAlreadyExistsException";
        case ErrorCode::tableInUse:
            return "TableInUseException";
        case ErrorCode::backupNotFound:
            return "BackupNotFoundException";
        case ErrorCode::backupInUse:
            return "BackupInUseException";
        case ErrorCode::pointInTimeRecoveryUnavailable:
            return "PointInTimeRecoveryUnavailableException";
        case ErrorCode::invalidRestoreTime:
            return "InvalidRestoreTimeException";
        case ErrorCode::invalidExportTime:
            return "InvalidExportTimeException";
        case ErrorCode::exportNotFound:
            return "ExportNotFoundException";
        case ErrorCode::exportConflict:
            return "ExportConflictException";
        case ErrorCode::importNotFound:
            return "ImportNotFoundException";
        case ErrorCode::importConflict:
            return "ImportConflictException";
        case ErrorCode::diskFull:
        case ErrorCode::io:
        case ErrorCode::busy:
        case ErrorCode::corrupt:
        case ErrorCode::readOnly:
        case ErrorCode::locked:
        case ErrorCode::conflict:
        case ErrorCode::refused:
        case ErrorCode::notFound:
        case ErrorCode::internal:
            break;
    }
    return "InternalServerError";
}

const char* codeName(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation:
            return "validation";
        case ErrorCode::conditionalCheckFailed:
            return "conditionalCheckFailed";
        case ErrorCode::duplicateItem:
            return "duplicateItem";
        case ErrorCode::transactionCanceled:
            return "transactionCanceled";
        case ErrorCode::resourceNotFound:
            return "resourceNotFound";
        case ErrorCode::resourceInUse:
            return "resourceInUse";
        case ErrorCode::limitExceeded:
            return "limitExceeded";
        case ErrorCode::accessDenied:
            return "accessDenied";
        case ErrorCode::expiredIterator:
            return "expiredIterator";
        case ErrorCode::itemCollectionSizeLimitExceeded:
            return "itemCollectionSizeLimitExceeded";
        case ErrorCode::trimmedDataAccess:
            return "trimmedDataAccess";
        case ErrorCode::idempotentParameterMismatch:
            return "idempotentParameterMismatch";
        case ErrorCode::serialization:
            return "serialization";
        case ErrorCode::unknownOperation:
            return "unknownOperation";
        case ErrorCode::tableNotFound:
            return "tableNotFound";
        case ErrorCode::tableAlreadyExists:
            return "tableAlreadyExists";
        case ErrorCode::tableInUse:
            return "tableInUse";
        case ErrorCode::backupNotFound:
            return "backupNotFound";
        case ErrorCode::backupInUse:
            return "backupInUse";
        case ErrorCode::pointInTimeRecoveryUnavailable:
            return "pointInTimeRecoveryUnavailable";
        case ErrorCode::invalidRestoreTime:
            return "invalidRestoreTime";
        case ErrorCode::invalidExportTime:
            return "invalidExportTime";
        case ErrorCode::exportNotFound:
            return "exportNotFound";
        case ErrorCode::exportConflict:
            return "exportConflict";
        case ErrorCode::importNotFound:
            return "importNotFound";
        case ErrorCode::importConflict:
            return "importConflict";
        case ErrorCode::diskFull:
            return "diskFull";
        case ErrorCode::io:
            return "io";
        case ErrorCode::busy:
            return "busy";
        case ErrorCode::corrupt:
            return "corrupt";
        case ErrorCode::readOnly:
            return "readOnly";
        case ErrorCode::locked:
            return "locked";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::refused:
            return "refused";
        case ErrorCode::notFound:
            return "notFound";
        case ErrorCode::internal:
            break;
    }
    return "internal";
}

}  // namespace drydock::storage
