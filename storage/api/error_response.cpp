#include "storage/api/error_response.h"

#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

// The service's layers sign their own errors.
std::string_view errorNamespace(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation:
            return "com.amazon.coral.validate#";
        case ErrorCode::serialization:
        case ErrorCode::unknownOperation:
            return "com.amazon.coral.service#";
        default:
            return "com.amazonaws.dynamodb.v20120810#";
    }
}

}  // namespace

int errorStatus(ErrorCode code) {
    return std::string_view(awsName(code)) == awsName(ErrorCode::internal) ? 500 : 400;
}

std::string beginErrorBody(const Error& error) {
    std::string body = "{\"__type\":\"";
    body += errorNamespace(error.code);
    body += awsName(error.code);
    body += '"';
    if (error.code == ErrorCode::unknownOperation) return body;
    // Two kinds spell the field in their own way.
    const bool capital = error.code == ErrorCode::serialization || error.code == ErrorCode::transactionCanceled;
    body += capital ? ",\"Message\":" : ",\"message\":";
    appendJsonString(error.message, body);
    return body;
}

Response errorResponse(const Error& error) {
    return {errorStatus(error.code), beginErrorBody(error) + '}'};
}

}  // namespace drydock::storage::api
