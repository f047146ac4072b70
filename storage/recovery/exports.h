// Exports: tables as they were, as files in the layout of DynamoDB's exports to S3.
//
// A job of kind kExportJob: its description says what is exported, its position how far it is. Each slice appends one
// gzip member to a data file and is safe on the disk before the position moves, so an interrupted export goes on where
// it was.
// Thread: the store's.
#pragma once

#include "storage/recovery/jobs.h"
#include "storage/recovery/recovery_host.h"
#include "storage/recovery/table_recovery.h"

namespace drydock::storage {

[[nodiscard]] std::string exportText(const ExportDescription& description);
[[nodiscard]] Result<ExportDescription> exportFromText(std::string_view text);
// The id in an ARN of this kind ("export", "import"); empty when it is none of ours.
[[nodiscard]] std::string transferIdOf(std::string_view arn, std::string_view kind);

// Takes the export further by about `limit` items; returns how many, at least 1.
[[nodiscard]] Result<std::size_t> stepExport(RecoveryHost& host, const Table& table, const Job& job, std::size_t limit);
// It has come to its end without having been finished.
[[nodiscard]] Result<void> failExport(RecoveryHost& host, const Job& job, const std::string& why);

}  // namespace drydock::storage
