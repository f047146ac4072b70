// Result<T>: a value or an Error, for everything that can fail.
//
// No exception crosses a library boundary; a function that can fail says so in its return type. [[nodiscard]] comes
// with tl::expected's own declaration of Result below being returned by value from functions marked as such by the
// compiler flag -Werror=unused-result.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace drydock::storage {

// What went wrong, coarse enough to act on. The first group are DynamoDB's own error names (see awsName()).
enum class ErrorCode {
    validation,
    conditionalCheckFailed,
    duplicateItem,  // PartiQL's INSERT of a key that is there
    transactionCanceled,
    resourceNotFound,
    resourceInUse,
    limitExceeded,
    accessDenied,     // a resource of another account or region
    expiredIterator,  // a stream's iterator is used too late
    itemCollectionSizeLimitExceeded,
    trimmedDataAccess,
    idempotentParameterMismatch,
    serialization,     // the request is no JSON of the expected form
    unknownOperation,  // the API has no operation of that name
    // Backups, recovery, export and import have names of their own for the same mistakes.
    tableNotFound,
    tableAlreadyExists,
    tableInUse,
    backupNotFound,
    backupInUse,
    pointInTimeRecoveryUnavailable,
    invalidRestoreTime,
    invalidExportTime,
    exportNotFound,
    exportConflict,
    importNotFound,
    importConflict,
    // Ours: the machine's or the store's state rather than the request's.
    diskFull,
    io,
    busy,
    corrupt,
    readOnly,
    locked,    // another process owns the store
    conflict,  // the record changed since it was looked at
    refused,   // a rule of the fleet forbids it
    notFound,  // a device, firmware, alert … that is not there
    internal,
};

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;  // English, a full sentence for a log or a command line; screens translate by code
    int sqliteCode = 0;   // SQLite's extended result code where one is behind it, else 0
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, int sqliteCode = 0) {
    return tl::unexpected<Error>(Error{code, std::move(message), sqliteCode});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

// What DynamoDB refuses with a ValidationException.
[[nodiscard]] inline tl::unexpected<Error> invalid(std::string message) {
    return fail(ErrorCode::validation, std::move(message));
}
[[nodiscard]] inline tl::unexpected<Error> invalidParameter(const std::string& what) {
    return invalid("One or more parameter values were invalid: " + what);
}

// The name a DynamoDB client expects, e.g. "ConditionalCheckFailedException"; ours map to "InternalServerError".
[[nodiscard]] const char* awsName(ErrorCode code);

// A short stable word for machine-readable output, e.g. "conflict", "diskFull".
[[nodiscard]] const char* codeName(ErrorCode code);

}  // namespace drydock::storage

#define DRYDOCK_CONCAT_(a, b) a##b
#define DRYDOCK_CONCAT(a, b) DRYDOCK_CONCAT_(a, b)

// Returns the error of `expression` (a Result or Result<void>) from the enclosing function, if it holds one.
#define DRYDOCK_TRY(expression) DRYDOCK_TRY_(DRYDOCK_CONCAT(drydockTried, __LINE__), expression)
#define DRYDOCK_TRY_(name, expression)                                                                 \
    do {                                                                                               \
        if (auto name = (expression); !name) return ::drydock::storage::fail(std::move(name).error()); \
    } while (false)

// DRYDOCK_ASSIGN(auto item, store.get(request)); — declares `item` from the Result's value or returns its error.
#define DRYDOCK_ASSIGN(declaration, expression) \
    DRYDOCK_ASSIGN_(DRYDOCK_CONCAT(drydockResult, __LINE__), declaration, expression)
#define DRYDOCK_ASSIGN_(name, declaration, expression)                   \
    auto name = (expression);                                            \
    if (!name) return ::drydock::storage::fail(std::move(name).error()); \
    declaration = std::move(*name)
