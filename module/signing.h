// The signing functions of the standard (PKCS#11 v2.40 §5.11), over one session held by the caller.
#pragma once

#include <memory>

#include "module/buffers.h"
#include "module/provider.h"

namespace countersign::module {

/// C_SignInit; a null mechanism cancels (v3.0 §5.13.1). Never asks whether signing is allowed:
/// some tools hide what C_SignInit answers.
CK_RV sign_init(Session& session, std::shared_ptr<const Token> token, const CK_MECHANISM* asked,
                CK_OBJECT_HANDLE key);

/// C_Sign. A length query and CKR_BUFFER_TOO_SMALL are answered here, reach nobody, and keep the
/// operation; every other result ends it.
CK_RV sign(Provider& provider, Session& session, DataInput data, Output output);

/// C_SignUpdate; a failure ends the operation.
CK_RV sign_update(Session& session, DataInput part);

/// C_SignFinal, with the rules of sign().
CK_RV sign_final(Provider& provider, Session& session, Output output);

}  // namespace countersign::module
