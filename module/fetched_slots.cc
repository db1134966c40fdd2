#include "module/fetched_slots.h"

#include <utility>

namespace countersign::module {
namespace {

bool equal(const SignerInfo& a, const SignerInfo& b) {
  return a.id == b.id && a.name == b.name && a.public_key == b.public_key &&
         a.certificate == b.certificate && a.chain == b.chain && a.weak_hashes == b.weak_hashes;
}

/// Whether a failed listing says nothing about which signers there are.
bool transient(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::internal;
}

}  // namespace

FetchedSlots::FetchedSlots(std::shared_ptr<SigningService> service, HandleSource& handles,
                           const Report* report)
    : service_(std::move(service)), handles_(handles), report_(report) {}

void FetchedSlots::refresh() {
  const std::lock_guard fetching(fetching_);
  if (!recently_tried()) fetch();
}

void FetchedSlots::ensure_fetched() {
  const auto fetched = [this] {
    const std::lock_guard lock(mutex_);
    return fetched_;
  };
  if (fetched()) return;
  const std::lock_guard fetching(fetching_);
  if (!fetched() && !recently_tried()) fetch();
}

bool FetchedSlots::recently_tried() const {
  const std::lock_guard lock(mutex_);
  return tried_ && Clock::now() - *tried_ < most_age;
}

void FetchedSlots::fetch() {
  const auto signers = service_->signers(patience);
  if (!signers && report_ != nullptr) report_->line(signers.error().text());
  const std::lock_guard lock(mutex_);
  tried_ = Clock::now();
  if (signers) {
    replace(*signers);
    fetched_ = true;
  } else if (!transient(signers.error())) {
    replace({});
  }
}

void FetchedSlots::replace(const std::vector<SignerInfo>& signers) {
  std::map<CK_SLOT_ID, Slot> before = std::exchange(slots_, {});
  for (const SignerInfo& signer : signers) {
    const auto id = static_cast<CK_SLOT_ID>(signer.slot);
    Slot& old = before[id];
    if (old.token != nullptr && equal(old.signer, signer)) {
      slots_.insert_or_assign(id, old);
      continue;
    }
    auto token = Token::make(signer, handles_, old.token.get(), Login::none);
    if (token)
      slots_.insert_or_assign(id, Slot{signer, std::move(*token)});
    else if (report_ != nullptr)
      report_->line(signer.name + ": " + token.error().text());
  }
  for (const auto& [id, slot] : before)
    if (!slot.signer.name.empty()) slots_.try_emplace(id, Slot{slot.signer, nullptr});
}

std::vector<CK_SLOT_ID> FetchedSlots::ids(bool with_token) {
  ensure_fetched();
  const std::lock_guard lock(mutex_);
  std::vector<CK_SLOT_ID> ids;
  for (const auto& [id, slot] : slots_)
    if (!with_token || slot.token != nullptr) ids.push_back(id);
  return ids;
}

tl::expected<std::shared_ptr<const Token>, CK_RV> FetchedSlots::token(CK_SLOT_ID slot) {
  ensure_fetched();
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(slot);
  if (found == slots_.end()) return tl::unexpected<CK_RV>(CKR_SLOT_ID_INVALID);
  if (found->second.token == nullptr) return tl::unexpected<CK_RV>(CKR_TOKEN_NOT_PRESENT);
  return found->second.token;
}

std::shared_ptr<const Token> FetchedSlots::known_token(CK_SLOT_ID slot) const {
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(slot);
  return found == slots_.end() ? nullptr : found->second.token;
}

CK_RV FetchedSlots::log_in(CK_SLOT_ID /*slot*/, std::string_view pin) {
  return pin.empty() || pin == "none" ? CKR_OK : CKR_PIN_INCORRECT;
}

}  // namespace countersign::module
