// Everything that exists between C_Initialize and C_Finalize.
#pragma once

#include <tl/expected.hpp>

#include "module/denial_memory.h"
#include "module/handle_source.h"
#include "module/report.h"
#include "module/service_factory.h"
#include "module/session_table.h"
#include "module/slot_list.h"

namespace countersign::module {

/// Thread-safe. Every call holds a share of it, so that finalising never pulls it from under one.
class Provider {
 public:
  explicit Provider(ModuleServices services);

  SlotList& slots() { return slots_; }
  SessionTable& sessions() { return sessions_; }

  /// Has the finished `input` of `operation` signed, for a session on `slot`. Waits for the
  /// gateway. A refusal is reported in words, once. Returns the signature, as long as
  /// signature_size() said. Errors: CKR_FUNCTION_REJECTED when the gateway or a wrong PIN refuses,
  /// CKR_DEVICE_ERROR when nobody answers, CKR_DATA_INVALID, CKR_FUNCTION_FAILED,
  /// CKR_GENERAL_ERROR.
  tl::expected<Bytes, CK_RV> sign(CK_SLOT_ID slot, const SignatureOperation& operation,
                                  const SigningInput& input);

 private:
  Result<Signature> ask(CK_SLOT_ID slot, const SignatureOperation& operation,
                        const SigningInput& input);

  const ModuleServices services_;
  Report report_;
  DenialMemory denials_;
  HandleSource handles_;
  SlotList slots_;
  SessionTable sessions_;
};

}  // namespace countersign::module
