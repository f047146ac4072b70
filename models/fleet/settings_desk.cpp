#include "models/fleet/settings_desk.h"

#include <algorithm>
#include <map>
#include <utility>

#include "models/fleet/query.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;
using storage::TableReader;

constexpr const char* kValue = "value";
constexpr const char* kThisRun = "thisRun";
constexpr const char* kChangeSetting = "changeSetting";

// By name. Read whole, being few; none without their table, as in a store of an older version.
Result<std::map<std::string, Item>> settingRows(TableReader& tables) {
    std::map<std::string, Item> rows;
    auto read = forEachScanned(tables, tables::kSettings, [&rows](Item row) {
        std::string name(row.string("name"));
        rows.emplace(std::move(name), std::move(row));
        return true;
    });
    if (!read && read.error().code != ErrorCode::resourceNotFound) return storage::fail(std::move(read).error());
    return rows;
}

std::optional<std::string> textIn(const Item& row, const char* name) {
    if (!row.contains(name)) return std::nullopt;
    // Of another type than text: no setting takes it, so it is named as a trouble.
    const auto* text = row.find(name)->as<std::string>();
    return text != nullptr ? *text : std::string("\x01");
}

// Takes over what a row says into `settings`.
SettingState stateOf(const SettingDefinition& definition, const Item& row, const Settings& defaults,
                     Settings& settings) {
    SettingState state;
    state.definition = &definition;
    state.byDefault = definition.get(defaults);
    const auto take = [&](const char* name, SettingSource source) {
        const auto text = textIn(row, name);
        if (!text) return;
        if (auto taken = applySetting(definition, settings, *text)) {
            state.source = source;
        } else {
            state.trouble = "The store has a setting that can't be used: " + taken.error().message;
        }
    };
    take(kValue, SettingSource::store);
    take(kThisRun, SettingSource::commandLine);
    state.value = definition.get(settings);
    return state;
}

// What a stored value makes of the default limits.
Limits limitsOf(const std::map<std::string, Item>& rows, const Limits& defaults) {
    Settings settings;
    settings.limits = defaults;
    for (const SettingDefinition& definition : settingDefinitions())
        if (const auto row = rows.find(std::string(definition.name)); row != rows.end())
            stateOf(definition, row->second, settings, settings);
    return settings.limits;
}

}  // namespace

const char* settingSourceName(SettingSource source) {
    switch (source) {
        case SettingSource::byDefault:
            return "default";
        case SettingSource::store:
            return "store";
        case SettingSource::commandLine:
            break;
    }
    return "command line";
}

Result<std::vector<SettingState>> readSettings(TableReader& tables, const Settings& defaults) {
    DRYDOCK_ASSIGN(const auto rows, settingRows(tables));
    Settings settings = defaults;
    std::vector<SettingState> states;
    for (const SettingDefinition& definition : settingDefinitions()) {
        const auto row = rows.find(std::string(definition.name));
        states.push_back(stateOf(definition, row != rows.end() ? row->second : Item(), defaults, settings));
    }
    return states;
}

Result<LoadedSettings> loadSettings(TableReader& tables, const Settings& defaults) {
    DRYDOCK_ASSIGN(const auto rows, settingRows(tables));
    LoadedSettings loaded{defaults, {}};
    for (const auto& [name, row] : rows) {
        const auto definition = findSetting(name);
        if (!definition) continue;  // of a newer version
        SettingState state = stateOf(**definition, row, defaults, loaded.settings);
        if (!state.trouble.empty())
            loaded.troubles.push_back(std::move(state.trouble) + " In its place holds " + state.value + '.');
    }
    return loaded;
}

Result<ActionOutcome> changeSetting(FleetTransaction& transaction, std::string_view name,
                                    const std::optional<std::string>& text, const Operator& who, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(const SettingDefinition* definition, findSetting(name));
    std::string value;
    if (text) {
        Settings tried;
        DRYDOCK_TRY(applySetting(*definition, tried, *text));
        value = definition->get(tried);
    }
    const Item key = rows::key(tables::kSettings, definition->name);
    DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kSettings, key));
    Item after = row.value_or(key);
    if (text) {
        after.set(kValue, value);
    } else {
        after.erase(kValue);
    }
    if (after == row.value_or(key)) {
        return storage::fail(ErrorCode::refused, std::string(name) + (text ? " is set to " + value + " already."
                                                                           : " has its default already."));
    }
    DRYDOCK_TRY(transaction.setRow({tables::kSettings, key, {}, std::move(after)}, nowMs));

    AuditEntry audit = transaction.newAudit(who, nowMs);
    audit.action = kChangeSetting;
    audit.target = definition->name;
    audit.summary = text ? "Set " + audit.target + " to " + (value.empty() ? "nothing" : value) + '.'
                         : "Set " + audit.target + " back to its default.";
    audit.changes = {{audit.target, row ? std::string(row->string(kValue)) : std::string(), value}};
    audit.undoable = true;
    transaction.addAudit(audit, transaction.changes());
    ActionOutcome outcome{audit.sequence, audit.summary, true};
    if (row && row->contains(kThisRun))
        outcome.summary += " For this run, the process that serves was told another value on its command line.";
    return outcome;
}

Result<void> checkSettings(const SettingTexts& texts) {
    Settings tried;
    for (const auto& [name, text] : texts) {
        DRYDOCK_ASSIGN(const SettingDefinition* definition, findSetting(name));
        DRYDOCK_TRY(applySetting(*definition, tried, text));
    }
    return {};
}

Result<void> recordSettingsOfThisRun(FleetTransaction& transaction, const SettingTexts& texts, std::int64_t nowMs) {
    for (const SettingDefinition& definition : settingDefinitions()) {
        const Item key = rows::key(tables::kSettings, definition.name);
        DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kSettings, key));
        Item after = row.value_or(key);
        if (const auto text = texts.find(std::string(definition.name)); text != texts.end()) {
            after.set(kThisRun, text->second);
        } else {
            after.erase(kThisRun);
        }
        if (after == row.value_or(key)) continue;
        std::optional<Item> kept;
        if (after != key) kept = std::move(after);
        DRYDOCK_TRY(transaction.setRow({tables::kSettings, key, {}, std::move(kept)}, nowMs));
    }
    return {};
}

Result<LimitsInTime> LimitsInTime::load(TableReader& tables, const Limits& defaults) {
    DRYDOCK_ASSIGN(auto rows, settingRows(tables));
    LimitsInTime limits;
    limits.m_now = limitsOf(rows, defaults);
    // Backwards, taking back one change after the other.
    storage::QueryRequest request = queryOf(tables::kAudit, {}, "list", tables::kOnlyList);
    request.forward = false;
    DRYDOCK_TRY(forEachQueried(tables, std::move(request), [&](const Item& audit) {
        bool changed = false;
        for (const RowChange& change : rows::toRowChanges(audit)) {
            if (change.table != tables::kSettings) continue;
            if (!changed)
                limits.m_past.push_back(
                    {static_cast<std::uint64_t>(audit.integer("sequence")), limitsOf(rows, defaults)});
            changed = true;
            Item& row = rows[std::string(change.key.string("name"))];
            if (change.before && change.before->contains(kValue)) {
                row.set(kValue, *change.before->find(kValue));
            } else {
                row.erase(kValue);
            }
        }
        return true;
    }));
    // Each span was noted with what held after it; what held before it is the next one's.
    Limits oldest = limitsOf(rows, defaults);
    for (auto span = limits.m_past.rbegin(); span != limits.m_past.rend(); ++span) std::swap(span->limits, oldest);
    std::reverse(limits.m_past.begin(), limits.m_past.end());
    return limits;
}

const Limits& LimitsInTime::at(std::uint64_t sequence) const {
    const auto span = std::upper_bound(m_past.begin(), m_past.end(), sequence,
                                       [](std::uint64_t wanted, const Span& each) { return wanted < each.before; });
    return span == m_past.end() ? m_now : span->limits;
}

}  // namespace drydock::fleet
