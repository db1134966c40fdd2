// Numbers given by the store: never reused, never secrets.
#pragma once

#include <cstdint>

namespace countersign {

using AccountId = std::int64_t;
using SignerId = std::int64_t;
using RequestId = std::int64_t;
using RecordNumber = std::int64_t;
using ApplicationId = std::int64_t;
using PolicyNumber = std::int64_t;

}  // namespace countersign
