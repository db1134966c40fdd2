// The slots where the gateway knows its caller without a login: one for each signer he may sign
// with, as the gateway last told.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "module/handle_source.h"
#include "module/report.h"
#include "module/slot_list.h"

namespace countersign::module {

/// A slot once shown stays until C_Finalize; when its signer is
/// no longer the caller's, it stands empty, as a reader without its card. While the gateway cannot
/// be reached, what was known stays. A fetch never holds up calls that need none.
class FetchedSlots final : public SlotList {
 public:
  /// How old the list may be when the application asks for it anew, and how long a fetch may take
  /// without an answer.
  static constexpr Milliseconds most_age{1000};
  static constexpr Milliseconds patience{1000};

  /// `handles` and `report` must outlive the list; failures to fetch go to `report`
  /// when it is not null.
  FetchedSlots(std::shared_ptr<SigningService> service, HandleSource& handles,
               const Report* report);

  /// Fetches the list when it is older than most_age.
  void refresh() override;
  /// Fetches first if that never happened; so does token().
  std::vector<CK_SLOT_ID> ids(bool with_token) override;
  tl::expected<std::shared_ptr<const Token>, CK_RV> token(CK_SLOT_ID slot) override;
  std::shared_ptr<const Token> known_token(CK_SLOT_ID slot) const override;
  /// An empty PIN and "none" pass, so that tools which always send one work.
  CK_RV log_in(CK_SLOT_ID slot, std::string_view pin) override;
  void log_out(CK_SLOT_ID /*slot*/) override {}
  std::shared_ptr<SigningService> service(CK_SLOT_ID /*slot*/) const override { return service_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Slot {
    SignerInfo signer;
    std::shared_ptr<const Token> token;  ///< null while the slot is empty
  };

  void ensure_fetched();
  bool recently_tried() const;
  void fetch();
  void replace(const std::vector<SignerInfo>& signers);

  const std::shared_ptr<SigningService> service_;
  HandleSource& handles_;
  const Report* const report_;
  std::mutex fetching_;  ///< held by the one call that fetches; taken before mutex_
  mutable std::mutex mutex_;
  std::map<CK_SLOT_ID, Slot> slots_;
  bool fetched_ = false;
  std::optional<Clock::time_point> tried_;  ///< end of the last try
};

}  // namespace countersign::module
