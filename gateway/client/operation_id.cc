#include "gateway/client/operation_id.h"

#include <algorithm>

#include "core/crypto.h"

namespace countersign {

OperationId new_operation_id() {
  OperationId id;
  std::ranges::copy(random_bytes(id.size()), id.begin());
  return id;
}

}  // namespace countersign
