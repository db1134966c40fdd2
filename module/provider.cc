#include "module/provider.h"

#include <utility>

#include "core/duration.h"
#include "core/exit_gate.h"
#include "gateway/client/claimed_facts.h"
#include "gateway/client/operation_id.h"
#include "module/fetched_slots.h"
#include "module/login_slots.h"

namespace countersign::module {
namespace {

/// The code for a signature that was not made. Anything that only a person can mend is
/// CKR_FUNCTION_REJECTED, which every tool shows without trying something else: other codes make
/// them log in again or try to encrypt instead.
CK_RV code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::denied:
    case ErrorKind::not_found:
    case ErrorKind::unauthenticated:
      return CKR_FUNCTION_REJECTED;
    case ErrorKind::unavailable:
      return CKR_DEVICE_ERROR;
    case ErrorKind::invalid:
      return CKR_DATA_INVALID;
    case ErrorKind::conflict:
      return CKR_FUNCTION_FAILED;
    case ErrorKind::internal:
      break;
  }
  return CKR_GENERAL_ERROR;
}

/// `remedy` with the commands in it as they can be typed in any shell.
std::string for_a_shell(std::string remedy, const std::string& environment) {
  constexpr std::string_view before = ": ";
  constexpr std::string_view command = ": countersign ";
  if (environment.empty()) return remedy;
  std::size_t at = 0;
  while ((at = remedy.find(command, at)) != remedy.npos) {
    remedy.insert(at + before.size(), environment + " ");
    at += environment.size() + command.size();
  }
  return remedy;
}

std::unique_ptr<SlotList> make_slots(const ModuleServices& services, HandleSource& handles,
                                     const Report& report) {
  if (services.signing == nullptr)
    return std::make_unique<LoginSlots>(services.login_signers, services.sign_in, handles, report);
  return std::make_unique<FetchedSlots>(services.signing, handles,
                                        services.report_listing ? &report : nullptr);
}

}  // namespace

Provider::Provider(ModuleServices services)
    : services_(std::move(services)),
      report_(services_.log),
      slots_(make_slots(services_, handles_, report_)),
      sessions_(handles_) {}

CK_RV Provider::log_in(CK_SLOT_ID slot, std::string_view pin, std::string_view user_name) {
  const std::lock_guard lock(login_);
  if (sessions_.logged_in(slot)) return CKR_USER_ALREADY_LOGGED_IN;
  const CK_RV outcome = user_name.empty() ? slots_->log_in(slot, pin) : CKR_PIN_INCORRECT;
  if (outcome == CKR_OK) sessions_.log_in(slot);
  if (outcome == CKR_PIN_INCORRECT) sessions_.bar(slot);
  return outcome;
}

CK_RV Provider::log_out(CK_SLOT_ID slot) {
  const std::lock_guard lock(login_);
  const CK_RV outcome = sessions_.log_out(slot);
  forget_login_of(slot);
  return outcome;
}

CK_RV Provider::close_session(CK_SESSION_HANDLE session) {
  const std::lock_guard lock(login_);
  const auto closing = sessions_.find(session);
  if (closing == nullptr) return CKR_SESSION_HANDLE_INVALID;
  const CK_RV closed = sessions_.close(session);
  forget_login_of(closing->slot);
  return closed;
}

void Provider::close_sessions(CK_SLOT_ID slot) {
  const std::lock_guard lock(login_);
  sessions_.close_all(slot);
  forget_login_of(slot);
}

void Provider::forget_login_of(CK_SLOT_ID slot) {
  if (!sessions_.logged_in(slot)) slots_->log_out(slot);
}

Result<Signature> Provider::ask(SigningService& service, CK_SLOT_ID slot,
                                const SignatureOperation& operation, const SigningInput& input) {
  if (sessions_.barred(slot))
    return fail(ErrorKind::denied, "pin_refused", "a wrong PIN was given for this signer",
                "log in again with an empty PIN or \"none\": the gateway knows you without one");
  // The operation id is drawn here, after any fork, and lives as long as this one call, which
  // tries again by itself when a connection breaks.
  SignatureRequest request{operation.token().signer(), new_operation_id(), input,
                           claimed_facts(services_.claim_command_line)};
  request.metadata = services_.approval.metadata;
  // A tool that tries at once again what was refused is not to ask people a second time.
  if (!denials_.knows(slot, operation.mechanism(), recorded_digest(input),
                      DenialMemory::Clock::now())) {
    request.auto_request = services_.approval.auto_request;
    request.wait = services_.approval.wait;
  }
  request.on_waiting = [&](const AwaitedApproval& awaited) {
    report_.line(operation.token().label() + ": " + awaited.message + ", for up to " +
                 to_text(services_.approval.wait) + "; " +
                 for_a_shell("an approver can run: countersign request approve " +
                                 std::to_string(awaited.request),
                             services_.command_environment));
  };
  auto signature = service.sign(request, services_.sign_timeout);
  if (signature && signature->bytes.size() != operation.signature_size())
    return fail(ErrorKind::unavailable, "bad_answer",
                "the gateway answered with a signature of the wrong length");
  return signature;
}

tl::expected<Bytes, CK_RV> Provider::sign(CK_SLOT_ID slot, const SignatureOperation& operation,
                                          const SigningInput& input) {
  const std::shared_ptr<SigningService> service = slots_->service(slot);
  if (service == nullptr) return tl::unexpected<CK_RV>(CKR_USER_NOT_LOGGED_IN);
  auto signature = ask(*service, slot, operation, input);
  if (signature) {
    if (!signature->warning.empty())
      report_.line(operation.token().label() + ": warning: " + signature->warning);
    return std::move(signature->bytes);
  }
  if (ExitGate::turned_away()) return tl::unexpected<CK_RV>(CKR_GENERAL_ERROR);
  Error& error = signature.error();
  error.remedy = for_a_shell(std::move(error.remedy), services_.command_environment);
  if (denials_.note({slot, operation.mechanism(), recorded_digest(input), error.code},
                    DenialMemory::Clock::now()))
    report_.line(operation.token().label() + ": " + error.text());
  return tl::unexpected<CK_RV>(code_of(error.kind));
}

}  // namespace countersign::module
