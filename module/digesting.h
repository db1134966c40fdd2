// The digest functions of the standard (PKCS#11 v2.40 §5.10), over one session held by the caller.
// All is done here: a digest is nobody's secret.
#pragma once

#include "module/buffers.h"
#include "module/session.h"
#include "module/token.h"

namespace countersign::module {

/// C_DigestInit; a null mechanism cancels (v3.0 §5.12.1).
CK_RV digest_init(Session& session, const CK_MECHANISM* asked);

/// C_Digest. A length query and CKR_BUFFER_TOO_SMALL keep the operation; every other result ends
/// it.
CK_RV digest(Session& session, DataInput data, Output output);

/// C_DigestUpdate; a failure ends the operation.
CK_RV digest_update(Session& session, DataInput part);

/// C_DigestKey: no key here has a value to digest. Never CKR_OK; keeps the operation.
CK_RV digest_key(const Session& session, const Token& token, CK_OBJECT_HANDLE key);

/// C_DigestFinal, with the rules of digest().
CK_RV digest_final(Session& session, Output output);

}  // namespace countersign::module
