// The verifying functions of the standard (PKCS#11 v2.40 §5.12), over one session held by the
// caller. All is done here, with the pinned public key: the gateway is not asked.
#pragma once

#include <memory>

#include "module/buffers.h"
#include "module/session.h"
#include "module/token.h"

namespace countersign::module {

/// C_VerifyInit; a null mechanism cancels (v3.0 §5.15.1).
CK_RV verify_init(Session& session, std::shared_ptr<const Token> token, const CK_MECHANISM* asked,
                  CK_OBJECT_HANDLE key);

/// C_Verify; every result ends the operation. CKR_SIGNATURE_LEN_RANGE or CKR_SIGNATURE_INVALID for
/// a signature that is not the key's.
CK_RV verify(Session& session, DataInput data, DataInput signature);

/// C_VerifyUpdate; a failure ends the operation.
CK_RV verify_update(Session& session, DataInput part);

/// C_VerifyFinal, with the rules of verify().
CK_RV verify_final(Session& session, DataInput signature);

}  // namespace countersign::module
