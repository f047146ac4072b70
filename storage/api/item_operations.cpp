#include "storage/api/item_operations.h"

#include <array>

namespace drydock::storage::api {

std::span<const OperationEntry> itemOperations() {
    static constexpr std::array kOperations = {
        OperationEntry{"DynamoDB_20120810.GetItem", makeGetItem},
        OperationEntry{"DynamoDB_20120810.PutItem", makePutItem},
        OperationEntry{"DynamoDB_20120810.UpdateItem", makeUpdateItem},
        OperationEntry{"DynamoDB_20120810.DeleteItem", makeDeleteItem},
        OperationEntry{"DynamoDB_20120810.Query", makeQuery},
        OperationEntry{"DynamoDB_20120810.Scan", makeScan},
        OperationEntry{"DynamoDB_20120810.BatchGetItem", makeBatchGetItem},
        OperationEntry{"DynamoDB_20120810.BatchWriteItem", makeBatchWriteItem},
        OperationEntry{"DynamoDB_20120810.TransactGetItems", makeTransactGetItems},
        OperationEntry{"DynamoDB_20120810.TransactWriteItems", makeTransactWriteItems},
    };
    return kOperations;
}

}  // namespace drydock::storage::api
