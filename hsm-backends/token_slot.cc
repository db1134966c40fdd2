#include "hsm-backends/token_slot.h"

#include <span>
#include <vector>

#include "core/text.h"

namespace countersign::hsm {
namespace {

std::string unpadded(std::span<const CK_UTF8CHAR> padded) {
  std::string text(padded.begin(), padded.end());
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// The slots with a token in them (§5.5 C_GetSlotList). The list can grow between the two calls.
CallResult<std::vector<CK_SLOT_ID>> slots_with_token(const Pkcs11Library& library) {
  std::vector<CK_SLOT_ID> slots;
  while (true) {
    CK_ULONG count = 0;
    CK_RV value = library.call(&CK_FUNCTION_LIST::C_GetSlotList, CK_BBOOL{CK_TRUE},
                               static_cast<CK_SLOT_ID_PTR>(nullptr), &count);
    if (value == CKR_OK) {
      slots.resize(count);
      if (count == 0) return slots;
      value =
          library.call(&CK_FUNCTION_LIST::C_GetSlotList, CK_BBOOL{CK_TRUE}, slots.data(), &count);
    }
    if (value == CKR_BUFFER_TOO_SMALL) continue;
    if (value != CKR_OK) return tl::unexpected(library.failure("C_GetSlotList", value));
    slots.resize(count);
    return slots;
  }
}

bool bears(const TokenSlot& slot, const TokenConfig& config) {
  return (slot.flags & CKF_TOKEN_INITIALIZED) != 0 && slot.label == config.label &&
         (!config.serial || slot.serial == *config.serial);
}

std::string described(const TokenConfig& config) {
  std::string text = "label \"" + printable(config.label) + "\"";
  if (config.serial) text += " and serial number " + printable(*config.serial);
  return text;
}

}  // namespace

Result<TokenSlot> find_slot(const Pkcs11Library& library, const TokenConfig& config) {
  const auto slots = slots_with_token(library);
  if (!slots) return fail(slots.error().error);
  std::optional<TokenSlot> found;
  for (const CK_SLOT_ID id : *slots) {
    CK_TOKEN_INFO info{};
    // A slot whose token cannot be asked (pulled out, broken) is not the one we look for.
    if (library.call(&CK_FUNCTION_LIST::C_GetTokenInfo, id, &info) != CKR_OK) continue;
    TokenSlot slot{id,
                   unpadded(info.label),
                   unpadded(info.serialNumber),
                   unpadded(info.manufacturerID),
                   unpadded(info.model),
                   info.flags};
    if (!bears(slot, config)) continue;
    if (found)
      return fail(ErrorKind::unavailable, "token_ambiguous",
                  "PKCS#11 library " + library.path() + " shows two tokens with " +
                      described(config) + ": serial numbers " + printable(found->serial) + " and " +
                      printable(slot.serial),
                  "add \"serial\" to token " + config.name + " in gateway.json");
    found = std::move(slot);
  }
  if (!found)
    return fail(
        ErrorKind::unavailable, "token_down",
        "PKCS#11 library " + library.path() + " shows no token with " + described(config),
        "plug the token in, or correct \"label\" of token " + config.name + " in gateway.json");
  return *std::move(found);
}

bool on_token(const KeyUri& uri, const TokenSlot& slot) {
  return (!uri.token || *uri.token == slot.label) && (!uri.serial || *uri.serial == slot.serial) &&
         (!uri.manufacturer || *uri.manufacturer == slot.manufacturer) &&
         (!uri.model || *uri.model == slot.model);
}

}  // namespace countersign::hsm
