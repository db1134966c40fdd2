// Drawing operation ids.
#pragma once

#include "gateway/client/signing_service.h"

namespace countersign {

/// 128 random bits. To be drawn when the signature is asked for, and so after any fork.
OperationId new_operation_id();

}  // namespace countersign
