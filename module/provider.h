// Everything that exists between C_Initialize and C_Finalize.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
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

  SlotList& slots() { return *slots_; }
  SessionTable& sessions() { return sessions_; }

  /// C_Login and C_LoginUser as CKU_USER (v3.0 §5.6.8, §5.6.9). Nobody here goes by a user's name.
  /// Returns CKR_OK, CKR_USER_ALREADY_LOGGED_IN, CKR_PIN_INCORRECT or CKR_DEVICE_ERROR.
  CK_RV log_in(CK_SLOT_ID slot, std::string_view pin, std::string_view user_name);
  /// C_Logout. Returns CKR_OK or CKR_USER_NOT_LOGGED_IN.
  CK_RV log_out(CK_SLOT_ID slot);
  /// C_CloseSession; the last one of a slot logs out (§5.6.2). Returns CKR_OK or
  /// CKR_SESSION_HANDLE_INVALID.
  CK_RV close_session(CK_SESSION_HANDLE session);
  /// C_CloseAllSessions.
  void close_sessions(CK_SLOT_ID slot);

  /// Has the finished `input` of `operation` signed, for a session on `slot`. Waits for the
  /// gateway. A refusal is reported in words, once. Returns the signature, as long as
  /// signature_size() said. Errors: CKR_USER_NOT_LOGGED_IN, CKR_FUNCTION_REJECTED when the
  /// gateway or a wrong PIN refuses, CKR_DEVICE_ERROR when nobody answers, CKR_DATA_INVALID,
  /// CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR.
  tl::expected<Bytes, CK_RV> sign(CK_SLOT_ID slot, const SignatureOperation& operation,
                                  const SigningInput& input);

 private:
  Result<Signature> ask(SigningService& service, CK_SLOT_ID slot,
                        const SignatureOperation& operation, const SigningInput& input);
  void forget_login_of(CK_SLOT_ID slot);

  const ModuleServices services_;
  Report report_;
  DenialMemory denials_;
  HandleSource handles_;
  const std::unique_ptr<SlotList> slots_;
  SessionTable sessions_;
  /// Held by what logs in or out, so that sessions and slots agree; a login may wait for the
  /// gateway meanwhile.
  std::mutex login_;
};

}  // namespace countersign::module
