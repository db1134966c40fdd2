// Numbers given by the store: never reused, never secrets.
#pragma once

#include <cstdint>

namespace countersign {

/// An account, a group or a claim: they share their numbers.
using PrincipalId = std::int64_t;
using AccountId = PrincipalId;
using SignerId = std::int64_t;
using RequestId = std::int64_t;
using RecordNumber = std::int64_t;
using ApplicationId = std::int64_t;
using PolicyNumber = std::int64_t;

}  // namespace countersign
