// Text as models need it: from the fleet's UTF-8 to Qt's, equal without regard to case, in the locale's order.
// Thread: any, except where said.
#pragma once

#include <string>
#include <string_view>

#include <QString>

namespace drydock::models {

[[nodiscard]] QString toText(std::string_view utf8);

// Made equal where it differs in case only; UTF-8.
[[nodiscard]] std::string foldCase(std::string_view text);

// By locale, without regard to case, numbers in texts by their value: below zero, zero, above zero as a stands before,
// beside or behind b. Thread: GUI.
[[nodiscard]] int collate(const QString& a, const QString& b);

}  // namespace drydock::models
