#include "gateway/client/operation_id.h"

#include <algorithm>

#include "core/crypto.h"

namespace countersign {
namespace {

constexpr std::size_t time_size = 6;

}  // namespace

OperationId new_operation_id() {
  OperationId id;
  auto time = static_cast<std::uint64_t>(to_unix_ms(SystemClock().now()));
  for (std::size_t at = time_size; at > 0; --at, time >>= 8)
    id.at(at - 1) = static_cast<std::uint8_t>(time);
  std::ranges::copy(random_bytes(id.size() - time_size), id.begin() + time_size);
  return id;
}

}  // namespace countersign
