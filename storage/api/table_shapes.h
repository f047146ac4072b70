// The forms of what requests say about tables.
#pragma once

#include <span>

#include "storage/api/arguments.h"

namespace drydock::storage::api {

extern const Shape kExactTableName;  // of 3 to 255 characters
extern const Shape kTagList;
// Of what a table may be restored with, too.
extern const Shape kGlobalIndexList;
extern const Shape kLocalIndexList;
extern const Shape kTableThroughput;
extern const Shape kMostOnDemand;
extern const Shape kTableBilling;
extern const Shape kTableEncryption;
extern const std::span<const Member> kCreateTableMembers;
extern const std::span<const Member> kUpdateTableMembers;

}  // namespace drydock::storage::api
