// DynamoDB's error bodies.
#pragma once

#include <string>

#include "storage/api/api_call.h"

namespace drydock::storage::api {

// 400 for what is the request's, 500 for what is ours.
[[nodiscard]] int errorStatus(ErrorCode code);

// {"__type":"…","message":"…" – without the closing brace, for errors that say more.
[[nodiscard]] std::string beginErrorBody(const Error& error);

}  // namespace drydock::storage::api
