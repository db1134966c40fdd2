// The gateways that serve the store: noted by themselves, and forgotten when they are gone.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/known_gateway.h"
#include "policy/transaction.h"

namespace countersign {

/// A gateway that was seen that long ago is noted anew, and may be forgotten.
inline constexpr Milliseconds gateway_noted_every = std::chrono::minutes(5);

/// Notes that `gateway`, of which number and times are left open, serves the store. Writes only
/// when it is new, has another version, or was last noted long enough ago.
void note_gateway(Transaction& transaction, KnownGateway gateway);

/// The gateway of that number. Errors: `not_found`.
Result<KnownGateway> find_gateway(Transaction& transaction, const std::string& number);

/// Takes one that is gone off the list. Errors: `not_found`, `gateway_at_work` (noted within
/// twice the time in which it is noted anew).
Result<KnownGateway> forget_gateway(Transaction& transaction, const Caller& caller,
                                    const std::string& number);

}  // namespace countersign
