#include "hsm-backends/key_uri.h"

#include <p11-kit/uri.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <span>

namespace countersign::hsm {
namespace {

constexpr std::size_t longest_uri = 1024;
constexpr std::string_view scheme = "pkcs11:";
constexpr const char* remedy =
    "name the key like pkcs11:token=LABEL;object=NAME or pkcs11:token=LABEL;id=%01";

/// The attributes that say which key; everything else is refused.
constexpr std::array<std::string_view, 7> known{"token",  "serial", "manufacturer", "model",
                                                "object", "id",     "type"};

struct FreeUri {
  void operator()(P11KitUri* uri) const noexcept { p11_kit_uri_free(uri); }
};
using UriPointer = std::unique_ptr<P11KitUri, FreeUri>;

tl::unexpected<Error> bad_key_uri(const std::string& why, const char* mend = remedy) {
  return fail(ErrorKind::invalid, "bad_key_uri", "the key URI cannot be used: " + why, mend);
}

Status check_attribute(std::string_view attribute, std::set<std::string_view>& seen) {
  const std::size_t equals = attribute.find('=');
  const std::string_view name = attribute.substr(0, equals);
  const std::string shown = name.empty() ? "an attribute without a name" : std::string(name);
  if (name.starts_with("module-") || name.starts_with("pin-") || name.starts_with("slot-"))
    return bad_key_uri(shown + " is not allowed here",
                       "leave it out: libraries, slots and PINs are named in gateway.json only");
  if (std::find(known.begin(), known.end(), name) == known.end())
    return bad_key_uri(shown + " is not an attribute that names a key");
  if (equals == std::string_view::npos || equals + 1 == attribute.size())
    return bad_key_uri(shown + " has no value");
  if (!seen.insert(name).second) return bad_key_uri(shown + " is given twice");
  if (name == "type" && attribute.substr(equals + 1) != "private")
    return bad_key_uri("type is not private", "use type=private, or leave type out");
  return {};
}

/// Everything that p11-kit would pass over in silence: it ignores what it does not know, takes the
/// last of two, and drops white space.
Status check_attributes(std::string_view text) {
  if (text.size() > longest_uri) return bad_key_uri("it is longer than 1024 bytes");
  if (!text.starts_with(scheme)) return bad_key_uri("it does not begin with pkcs11:");
  const auto outside = [](char each) { return each < '!' || each > '~'; };
  if (std::any_of(text.begin(), text.end(), outside))
    return bad_key_uri("it holds a space, a control or a non-ASCII character",
                       "write such characters as %XX");
  std::set<std::string_view> seen;
  for (std::string_view rest = text.substr(scheme.size());;) {
    const std::size_t end = rest.find_first_of(";?&");
    if (auto ok = check_attribute(rest.substr(0, end), seen); !ok) return ok;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  // p11-kit passes over an object or id that stands behind one of these.
  if (text.find_first_of("?&") != std::string_view::npos)
    return bad_key_uri("it has a query (?) or an &",
                       "put ; between attributes, and write & in a value as %26");
  if (!seen.contains("object") && !seen.contains("id"))
    return bad_key_uri("neither object nor id says which key");
  return {};
}

/// A blank-padded field of CK_TOKEN_INFO; p11-kit leaves it all zero when the URI has none.
std::optional<std::string> field(std::span<const CK_UTF8CHAR> padded) {
  std::string text(padded.begin(), padded.end());
  if (text.front() == '\0') return std::nullopt;
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::optional<Bytes> attribute(P11KitUri* uri, CK_ATTRIBUTE_TYPE type) {
  const CK_ATTRIBUTE* const found = p11_kit_uri_get_attribute(uri, type);
  if (found == nullptr) return std::nullopt;
  const auto* const value = static_cast<const std::uint8_t*>(found->pValue);
  return Bytes(value, value + found->ulValueLen);
}

}  // namespace

Result<KeyUri> parse_key_uri(std::string_view text) {
  if (auto ok = check_attributes(text); !ok) return fail(std::move(ok.error()));
  const UriPointer uri(p11_kit_uri_new());
  const int code = p11_kit_uri_parse(std::string(text).c_str(), P11_KIT_URI_FOR_ANY, uri.get());
  if (code != P11_KIT_URI_OK) return bad_key_uri(p11_kit_uri_message(code));
  if (p11_kit_uri_any_unrecognized(uri.get()) != 0)
    return bad_key_uri("the token's label, serial, manufacturer or model is too long");
  const CK_TOKEN_INFO& token = *p11_kit_uri_get_token_info(uri.get());
  KeyUri key;
  key.token = field(token.label);
  key.serial = field(token.serialNumber);
  key.manufacturer = field(token.manufacturerID);
  key.model = field(token.model);
  key.id = attribute(uri.get(), CKA_ID);
  if (const auto label = attribute(uri.get(), CKA_LABEL))
    key.object = std::string(label->begin(), label->end());
  if (!key.object && !key.id) return bad_key_uri("neither object nor id says which key");
  return key;
}

bool names_token(const KeyUri& uri, const TokenConfig& config) {
  if (uri.token && *uri.token != config.label) return false;
  return !uri.serial || !config.serial || *uri.serial == *config.serial;
}

}  // namespace countersign::hsm
