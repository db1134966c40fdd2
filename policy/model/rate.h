// A limit to how often a signer signs.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

/// Whose signatures a rate counts.
enum class RateOf {
  caller,  ///< each account's with the signer by itself
  signer   ///< everybody's with the signer
};

/// The longest interval of a rate.
inline constexpr Milliseconds longest_rate = std::chrono::days(30);

/// At most `count` in any interval that is `per` long: the time of the last `count` of them and of
/// the next is further apart.
struct Rate {
  std::int64_t count = 1;  ///< 1 to 1,000,000
  Milliseconds per{};      ///< 1 second to longest_rate
  RateOf of = RateOf::caller;

  bool operator==(const Rate&) const = default;
};

/// Errors: `bad_field` with the JSON pointer.
Result<Rate> rate_from_json(const nlohmann::json& document, const std::string& pointer);
nlohmann::json to_json(const Rate& rate);
/// "100 in 1m of one caller".
std::string to_text(const Rate& rate);

/// The rates of a policy. Errors: `bad_field` for more than two of a kind, and for one that another
/// of its kind makes meaningless: a longer interval has to allow more.
Result<std::vector<Rate>> rates_from_json(const nlohmann::json& list, const std::string& pointer);

/// Whether `after` allows signatures that `before` does not.
bool allow_more(const std::vector<Rate>& before, const std::vector<Rate>& after);

}  // namespace countersign
