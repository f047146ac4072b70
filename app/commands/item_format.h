// Items as commands take and print them: DynamoDB JSON, or ordinary JSON with --plain.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "app/commands/command_arguments.h"

namespace drydock::app {

class ItemFormat {
public:
    [[nodiscard]] static storage::Result<ItemFormat> of(const Arguments& arguments);

    // `what` is what the person wrote it behind, such as "--key".
    [[nodiscard]] storage::Result<storage::Item> parse(std::string_view text, const char* what) const;
    [[nodiscard]] nlohmann::json print(const storage::Item& item) const;
    // A list of values, as DynamoDB JSON.
    [[nodiscard]] storage::Result<nlohmann::json> parseList(std::string_view text, const char* what) const;
    // An item that is in DynamoDB JSON.
    [[nodiscard]] storage::Result<nlohmann::json> reprint(const nlohmann::json& item) const;
    [[nodiscard]] bool plain() const { return m_plain; }

private:
    bool m_plain = false;
};

// --names and --values.
[[nodiscard]] storage::Result<storage::ExpressionParameters> parametersOf(const Arguments& arguments,
                                                                          const ItemFormat& format);

}  // namespace drydock::app
