// Drawing operation ids.
#pragma once

#include "gateway/client/signing_service.h"

namespace countersign {

/// 48 bits of the time and 80 random ones: those of one moment lie side by side in the store's
/// index. To be drawn when the signature is asked for, and so after any fork.
OperationId new_operation_id();

}  // namespace countersign
