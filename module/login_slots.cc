#include "module/login_slots.h"

#include <algorithm>
#include <utility>

#include "gateway/client/bearer_token.h"

namespace countersign::module {

LoginSlots::LoginSlots(const std::vector<std::string>& signers, SignIn sign_in,
                       HandleSource& handles, const Report& report)
    : sign_in_(std::move(sign_in)), handles_(handles), report_(report) {
  for (const std::string& name : signers) slots_.push_back({Token::locked(name)});
}

std::vector<CK_SLOT_ID> LoginSlots::ids(bool /*with_token*/) {
  std::vector<CK_SLOT_ID> ids;
  for (CK_SLOT_ID id = 1; exists(id); ++id) ids.push_back(id);
  return ids;
}

tl::expected<std::shared_ptr<const Token>, CK_RV> LoginSlots::token(CK_SLOT_ID slot) {
  if (!exists(slot)) return tl::unexpected<CK_RV>(CKR_SLOT_ID_INVALID);
  return known_token(slot);
}

std::shared_ptr<const Token> LoginSlots::known_token(CK_SLOT_ID slot) const {
  const std::lock_guard lock(mutex_);
  const Slot& found = slots_.at(slot - 1);
  return found.service == nullptr ? found.locked : found.open;
}

std::shared_ptr<SigningService> LoginSlots::service(CK_SLOT_ID slot) const {
  const std::lock_guard lock(mutex_);
  return slots_.at(slot - 1).service;
}

Result<SignerInfo> LoginSlots::find_signer(SigningService& service, const std::string& name) const {
  auto signers = service.signers(patience);
  if (!signers) return fail(std::move(signers.error()));
  const auto found = std::ranges::find(*signers, name, &SignerInfo::name);
  if (found == signers->end())
    return fail(ErrorKind::not_found, "no_such_signer",
                "the account of this token can sign with no signer of that name",
                "check \"signers\" in client.json, or ask a signer admin to make it a member");
  return std::move(*found);
}

/// Only the gateway's absence is no fault of the PIN.
CK_RV LoginSlots::refuse(const std::string& name, const Error& error) const {
  report_.line(name + ": " + error.text());
  const bool absent = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::internal;
  return absent ? CKR_DEVICE_ERROR : CKR_PIN_INCORRECT;
}

CK_RV LoginSlots::log_in(CK_SLOT_ID slot, std::string_view pin) {
  const std::shared_ptr<const Token> before = [&] {
    const std::lock_guard lock(mutex_);
    const Slot& found = slots_.at(slot - 1);
    return found.open == nullptr ? found.locked : found.open;
  }();
  const std::string& name = before->label();
  if (!is_bearer_token(pin))
    return refuse(name,
                  {ErrorKind::unauthenticated, "no_token", "the PIN is no token of Countersign",
                   "give one that \"countersign token create\" printed"});
  std::shared_ptr<SigningService> service = sign_in_(SecureBytes(pin));
  const auto signer = find_signer(*service, name);
  if (!signer) return refuse(name, signer.error());
  auto token = Token::make(*signer, handles_, before.get(), Login::required);
  if (!token) return refuse(name, token.error());
  const std::lock_guard lock(mutex_);
  slots_.at(slot - 1).open = std::move(*token);
  slots_.at(slot - 1).service = std::move(service);
  return CKR_OK;
}

void LoginSlots::log_out(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  if (exists(slot)) slots_.at(slot - 1).service = nullptr;
}

}  // namespace countersign::module
