// Writing DynamoDB JSON straight into text, without a document in between.
// Text from attribute values is UTF-8 already (see item_rules); other text may be anything, and bytes that are not
// UTF-8 are replaced.
#pragma once

#include <string>
#include <string_view>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

void appendJsonString(std::string_view text, std::string& out);       // "x", quoted and escaped
void appendUtf8Json(std::string_view utf8, std::string& out);         // the same; it is known to be UTF-8
void appendNumberJson(const Number& number, std::string& out);        // "12", quoted
void appendBinaryJson(std::string_view bytes, std::string& out);      // "AAEC", base64 and quoted
void appendValueJson(const AttributeValue& value, std::string& out);  // {"S":"x"}
void appendItemJson(const Item& item, std::string& out);              // {"a":{"S":"x"}}

}  // namespace drydock::storage
