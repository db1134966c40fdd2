#include "module/provider.h"

#include <utility>

#include "gateway/client/operation_id.h"
#include "module/claimed_facts.h"

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

}  // namespace

Provider::Provider(ModuleServices services)
    : services_(std::move(services)),
      report_(services_.log),
      slots_(*services_.signing, handles_, services_.report_listing ? &report_ : nullptr),
      sessions_(handles_) {}

Result<Signature> Provider::ask(CK_SLOT_ID slot, const SignatureOperation& operation,
                                const SigningInput& input) {
  if (sessions_.barred(slot))
    return fail(ErrorKind::denied, "pin_refused", "a wrong PIN was given for this signer",
                "log in again with an empty PIN or \"none\": the gateway knows you without one");
  // The operation id is drawn here, after any fork, and lives as long as this one call, which
  // tries again by itself when a connection breaks.
  auto signature = services_.signing->sign(
      {operation.token().signer(), new_operation_id(), input, claimed_facts()},
      services_.sign_timeout);
  if (signature && signature->bytes.size() != operation.signature_size())
    return fail(ErrorKind::unavailable, "bad_answer",
                "the gateway answered with a signature of the wrong length");
  return signature;
}

tl::expected<Bytes, CK_RV> Provider::sign(CK_SLOT_ID slot, const SignatureOperation& operation,
                                          const SigningInput& input) {
  auto signature = ask(slot, operation, input);
  if (signature) return std::move(signature->bytes);
  const Error& error = signature.error();
  if (denials_.note({slot, operation.mechanism(), recorded_digest(input), error.code},
                    DenialMemory::Clock::now()))
    report_.line(operation.token().label() + ": " + error.text());
  return tl::unexpected<CK_RV>(code_of(error.kind));
}

}  // namespace countersign::module
