// The slots where a bearer token is the PIN (client.json, "login": "token").
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "module/report.h"
#include "module/service_factory.h"
#include "module/slot_list.h"

namespace countersign::module {

/// One slot for each signer that the configuration names, numbered from 1 in its order. Until
/// somebody logs in, nothing was asked of the gateway and nothing is in the slot but a locked
/// token.
class LoginSlots final : public SlotList {
 public:
  /// How long C_Login waits for the gateway.
  static constexpr Milliseconds patience{10'000};

  /// `signers` are names; `sign_in` makes the service of the account that a token names. `handles`
  /// and `report`, which hears why a login failed, must outlive the list.
  LoginSlots(const std::vector<std::string>& signers, SignIn sign_in, HandleSource& handles,
             const Report& report);

  void refresh() override {}
  std::vector<CK_SLOT_ID> ids(bool with_token) override;
  tl::expected<std::shared_ptr<const Token>, CK_RV> token(CK_SLOT_ID slot) override;
  std::shared_ptr<const Token> known_token(CK_SLOT_ID slot) const override;
  CK_RV log_in(CK_SLOT_ID slot, std::string_view pin) override;
  void log_out(CK_SLOT_ID slot) override;
  std::shared_ptr<SigningService> service(CK_SLOT_ID slot) const override;

 private:
  struct Slot {
    std::shared_ptr<const Token> locked;
    std::shared_ptr<const Token> open = nullptr;        ///< of the last login, so that handles stay
    std::shared_ptr<SigningService> service = nullptr;  ///< null while nobody is logged in
  };

  bool exists(CK_SLOT_ID slot) const { return slot >= 1 && slot <= slots_.size(); }
  Result<SignerInfo> find_signer(SigningService& service, const std::string& name) const;
  CK_RV refuse(const std::string& name, const Error& error) const;

  const SignIn sign_in_;
  HandleSource& handles_;
  const Report& report_;
  mutable std::mutex mutex_;  ///< guards what is in the slots; their number never changes
  std::vector<Slot> slots_;
};

}  // namespace countersign::module
