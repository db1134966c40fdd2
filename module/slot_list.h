// The slots: one for each signer the caller may sign with, as the gateway last told.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

#include "gateway/client/signing_service.h"
#include "module/handle_source.h"
#include "module/pkcs11.h"
#include "module/report.h"
#include "module/token.h"

namespace countersign::module {

/// The slots and the tokens in them. A slot once shown stays until C_Finalize; when its signer is
/// no longer the caller's, it stands empty, as a reader without its card. While the gateway cannot
/// be reached, what was known stays. Thread-safe; a fetch never holds up calls that need none.
class SlotList {
 public:
  /// How old the list may be when the application asks for it anew, and how long a fetch may take.
  static constexpr Milliseconds most_age{1000};
  static constexpr Milliseconds patience{1000};

  /// `service`, `handles` and `report` must outlive the list; failures to fetch go to `report`
  /// when it is not null.
  SlotList(SigningService& service, HandleSource& handles, Report* report);

  /// Fetches the list when it is older than most_age. For C_GetSlotList without a buffer, the one
  /// call at which the standard lets slots appear (PKCS#11 v2.40 §5.5.1).
  void refresh();

  /// The slots in order, fetched first if they never were. `with_token` leaves empty ones out.
  std::vector<CK_SLOT_ID> ids(bool with_token);

  /// The token in a slot, fetched first if the list never was. Errors: CKR_SLOT_ID_INVALID,
  /// CKR_TOKEN_NOT_PRESENT.
  tl::expected<std::shared_ptr<const Token>, CK_RV> token(CK_SLOT_ID slot);

  /// As above without ever fetching, for calls on open sessions; null for an empty slot.
  std::shared_ptr<const Token> known_token(CK_SLOT_ID slot) const;

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

  SigningService& service_;
  HandleSource& handles_;
  Report* const report_;
  std::mutex fetching_;  ///< held by the one call that fetches; taken before mutex_
  mutable std::mutex mutex_;
  std::map<CK_SLOT_ID, Slot> slots_;
  bool fetched_ = false;
  std::optional<Clock::time_point> tried_;  ///< end of the last try
};

}  // namespace countersign::module
