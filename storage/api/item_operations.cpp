// The operations on items: one table of what is in the files beside.
#include "storage/api/operation.h"

namespace drydock::storage::api {

std::span<const OperationEntry> itemOperations() {
    return {};
}

}  // namespace drydock::storage::api
