// The signature of a webhook, which its receiver checks.
#pragma once

#include <string>
#include <string_view>

namespace countersign::notify {

/// HMAC-SHA256 under `key` of "TIME.ID.BODY", in hex. `time` is the seconds since 1970 in which it
/// is sent, `id` the event's.
std::string webhook_signature(std::string_view key, std::string_view time, std::string_view id,
                              std::string_view body);

}  // namespace countersign::notify
