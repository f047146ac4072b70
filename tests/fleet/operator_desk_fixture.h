// A fleet desk with what tests of operators' actions ask of it.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "models/fleet/firmware_package.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {

class OperatorDesk : public FleetDesk {
protected:
    void expectRefusal(ActionKind kind, const std::string& target, const std::string& part,
                       const std::string& text = {}, storage::ErrorCode code = storage::ErrorCode::refused) {
        expectRefusal(ActionRequest{kind, target, text, {}}, part, code);
    }
    // What is refused changes nothing.
    void expectRefusal(const ActionRequest& request, const std::string& part,
                       storage::ErrorCode code = storage::ErrorCode::refused) {
        const auto before = everything();
        const auto made = service->preview(request);
        ASSERT_FALSE(made) << actionName(request.kind);
        EXPECT_EQ(made.error().code, code) << made.error().message;
        EXPECT_THAT(made.error().message, testing::HasSubstr(part));
        EXPECT_EQ(everything(), before);
    }
    static const FieldChange* changeOf(const ActionPreview& made, const std::string& field) {
        const auto at = std::find_if(made.changes.begin(), made.changes.end(),
                                     [&field](const FieldChange& change) { return change.field == field; });
        return at == made.changes.end() ? nullptr : &*at;
    }
    // All that concerns devices, without what only ever grows, as alerts do that have come to their end.
    std::map<std::string, std::vector<storage::Item>> deviceRows() {
        auto all = everything();
        for (const char* table : {tables::kAudit, tables::kHistory, tables::kOutbox, tables::kDeskState})
            all.erase(table);
        for (auto& [table, items] : all)
            for (storage::Item& item : items) item.erase("addedAt");
        std::erase_if(all[tables::kAlerts],
                      [](const storage::Item& alert) { return alert.string("state") == "resolved"; });
        return all;
    }
    void expectUndoRestores(ActionKind kind, const std::string& target, const std::string& text = {}) {
        expectUndoRestores(ActionRequest{kind, target, text, "because"});
    }
    void expectUndoRestores(const ActionRequest& request) {
        const auto before = deviceRows();
        clock.advance(kMinuteMs);
        const ActionOutcome outcome = perform(request);
        EXPECT_TRUE(outcome.canUndo);
        EXPECT_NE(deviceRows(), before) << actionName(request.kind);
        expectConsistent();
        reopen();
        const auto undo = service->previewUndo(outcome.auditSequence);
        ASSERT_TRUE(undo) << undo.error().message;
        EXPECT_FALSE(undo->changes.empty());
        const auto undone = service->undo(outcome.auditSequence, who);
        ASSERT_TRUE(undone) << undone.error().message;
        EXPECT_EQ(deviceRows(), before) << actionName(request.kind);
        expectConsistent();
        const auto again = service->undo(outcome.auditSequence, who);
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error().code, storage::ErrorCode::refused);
        EXPECT_FALSE(service->undo(undone->auditSequence, who));
        const auto audit = service->reader().audit({}, 2).value();
        EXPECT_EQ(audit.at(0).action, "undo");
        EXPECT_EQ(audit.at(1).undoneBy, undone->auditSequence);
        EXPECT_FALSE(audit.at(1).undoable);
    }
    FirmwareRecord import(const std::string& version = "2026.03.01") {
        const auto zip = directory / (version + ".zip");
        EXPECT_TRUE(writeSamplePackage(zip, "wo:v8", "app", version));
        auto imported = tryImport(zip);
        EXPECT_TRUE(imported) << imported.error().message;
        return imported ? *imported : FirmwareRecord();
    }
};

}  // namespace drydock::fleet
