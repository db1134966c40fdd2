// The slots, one for each signer, and whose voice signs in each.
#pragma once

#include <memory>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "gateway/client/signing_service.h"
#include "module/pkcs11.h"
#include "module/token.h"

namespace countersign::module {

/// What differs between the two ways to be known to the gateway (client.json, "login"): which slots
/// there are, what stands in them, and what C_Login does. Thread-safe.
class SlotList {
 public:
  virtual ~SlotList() = default;

  /// Looks which slots there are now. For C_GetSlotList without a buffer, the one call at which the
  /// standard lets slots appear (PKCS#11 v2.40 §5.5.1).
  virtual void refresh() = 0;

  /// The slots in order. `with_token` leaves empty ones out.
  virtual std::vector<CK_SLOT_ID> ids(bool with_token) = 0;

  /// The token in a slot. Errors: CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_PRESENT.
  virtual tl::expected<std::shared_ptr<const Token>, CK_RV> token(CK_SLOT_ID slot) = 0;

  /// As above without ever asking the gateway, for calls on open sessions; null for an empty slot.
  virtual std::shared_ptr<const Token> known_token(CK_SLOT_ID slot) const = 0;

  /// C_Login with `pin` (v3.0 §5.6.8). May wait for the gateway. Returns CKR_OK,
  /// CKR_PIN_INCORRECT or CKR_DEVICE_ERROR.
  virtual CK_RV log_in(CK_SLOT_ID slot, std::string_view pin) = 0;

  /// Forgets what log_in() brought; does nothing where it brought nothing.
  virtual void log_out(CK_SLOT_ID slot) = 0;

  /// What signs for the slot; null where a login is missing.
  virtual std::shared_ptr<SigningService> service(CK_SLOT_ID slot) const = 0;
};

}  // namespace countersign::module
