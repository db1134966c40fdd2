// Parts of the gateway's answers, whatever they hold. Nothing here throws.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace countersign::notify {

/// A field of `object`; null when it is not there, or `object` is none.
const nlohmann::json& part_of(const nlohmann::json& object, const char* field);

/// The same where it is text; "" otherwise.
std::string text_of(const nlohmann::json& object, const char* field);

/// The same where it is a whole number.
std::optional<std::int64_t> number_of(const nlohmann::json& object, const char* field);

}  // namespace countersign::notify
