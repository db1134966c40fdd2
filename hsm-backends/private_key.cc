#include "hsm-backends/private_key.h"

#include <array>

#include "core/encoding.h"
#include "core/text.h"

namespace countersign::hsm {
namespace {

/// Largest attribute read: the modulus of a 16384-bit RSA key.
constexpr CK_ULONG longest_attribute = 2048;

template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const T& value) {
  return {type, const_cast<T*>(&value), sizeof value};
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, ByteView value) {
  return {type, const_cast<std::uint8_t*>(value.data()), value.size()};
}

CallFailure unusable(ErrorKind kind, const char* code, const KeyUri& uri, const std::string& why,
                     const std::string& remedy) {
  std::string name = "the key";
  if (uri.object) name += " with label \"" + printable(*uri.object) + "\"";
  if (uri.id) name += (uri.object ? " and id " : " with id ") + to_hex(*uri.id);
  return {Error{kind, code, name + " " + why, remedy}, CKR_OK};
}

/// One session and the questions put to its token.
class ObjectReader {
 public:
  ObjectReader(const Pkcs11Library& library, CK_SESSION_HANDLE session)
      : library_(library), session_(session) {}

  /// Up to two objects that match: enough to know none, one and several apart.
  CallResult<std::vector<CK_OBJECT_HANDLE>> find(std::vector<CK_ATTRIBUTE> wanted) const {
    CK_RV value = library_.call(&CK_FUNCTION_LIST::C_FindObjectsInit, session_, wanted.data(),
                                static_cast<CK_ULONG>(wanted.size()));
    if (value != CKR_OK) return tl::unexpected(library_.failure("C_FindObjectsInit", value));
    std::vector<CK_OBJECT_HANDLE> found;
    CK_ULONG count = 1;
    while (value == CKR_OK && count > 0 && found.size() < 2) {
      CK_OBJECT_HANDLE handle = 0;
      value =
          library_.call(&CK_FUNCTION_LIST::C_FindObjects, session_, &handle, CK_ULONG{1}, &count);
      if (value == CKR_OK && count > 0) found.push_back(handle);
    }
    library_.call(&CK_FUNCTION_LIST::C_FindObjectsFinal, session_);
    if (value != CKR_OK) return tl::unexpected(library_.failure("C_FindObjects", value));
    return found;
  }

  /// Nothing when the object does not have or show the attribute (§5.7.5).
  std::optional<Bytes> read(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
    CK_ATTRIBUTE wanted{type, nullptr, 0};
    if (get(object, wanted) != CKR_OK || wanted.ulValueLen == 0 ||
        wanted.ulValueLen > longest_attribute)
      return std::nullopt;
    Bytes bytes(wanted.ulValueLen);
    wanted.pValue = bytes.data();
    if (get(object, wanted) != CKR_OK || wanted.ulValueLen > bytes.size()) return std::nullopt;
    bytes.resize(wanted.ulValueLen);
    return bytes;
  }

  bool flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, bool otherwise) const {
    CK_BBOOL set = CK_FALSE;
    CK_ATTRIBUTE wanted = attribute(type, set);
    return get(object, wanted) == CKR_OK ? set != CK_FALSE : otherwise;
  }

 private:
  CK_RV get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE& wanted) const {
    return library_.call(&CK_FUNCTION_LIST::C_GetAttributeValue, session_, object, &wanted,
                         CK_ULONG{1});
  }

  const Pkcs11Library& library_;
  CK_SESSION_HANDLE session_;
};

/// The public key that `object`, private or public, shows of itself.
std::optional<PublicKey> shown_by(const ObjectReader& reader, CK_OBJECT_HANDLE object) {
  const auto modulus = reader.read(object, CKA_MODULUS);
  const auto exponent = reader.read(object, CKA_PUBLIC_EXPONENT);
  if (modulus && exponent) {
    auto key = PublicKey::from_rsa(*modulus, *exponent);
    return key ? std::optional(*std::move(key)) : std::nullopt;
  }
  const auto parameters = reader.read(object, CKA_EC_PARAMS);
  const auto point = reader.read(object, CKA_EC_POINT);
  if (!parameters || !point) return std::nullopt;
  auto key = PublicKey::from_ec(*parameters, *point);
  return key ? std::optional(*std::move(key)) : std::nullopt;
}

/// The public key object that goes with `object`: of the same id, or label when it has no id.
CallResult<std::optional<PublicKey>> shown_by_partner(const ObjectReader& reader,
                                                      CK_OBJECT_HANDLE object) {
  constexpr CK_OBJECT_CLASS public_key = CKO_PUBLIC_KEY;
  for (const CK_ATTRIBUTE_TYPE type : {CKA_ID, CKA_LABEL}) {
    const auto shared = reader.read(object, type);
    if (!shared) continue;
    const auto found =
        reader.find({attribute(CKA_CLASS, public_key), attribute(type, ByteView(*shared))});
    if (!found) return tl::unexpected(found.error());
    if (found->size() == 1) return shown_by(reader, found->front());
  }
  return std::optional<PublicKey>();
}

CallResult<CK_OBJECT_HANDLE> find_one(const ObjectReader& reader, const KeyUri& uri) {
  constexpr CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
  std::vector<CK_ATTRIBUTE> wanted{attribute(CKA_CLASS, private_key)};
  if (uri.object) wanted.push_back(attribute(CKA_LABEL, as_bytes(*uri.object)));
  if (uri.id) wanted.push_back(attribute(CKA_ID, ByteView(*uri.id)));
  const auto found = reader.find(std::move(wanted));
  if (!found) return tl::unexpected(found.error());
  if (found->empty())
    return tl::unexpected(unusable(ErrorKind::invalid, "key_not_found", uri, "is not on the token",
                                   "list the token's keys with: pkcs11-tool --list-objects"));
  if (found->size() > 1)
    return tl::unexpected(unusable(ErrorKind::invalid, "key_ambiguous", uri,
                                   "is there more than once",
                                   "give both object and id in the key URI, or rename one key"));
  return found->front();
}

}  // namespace

CallResult<PrivateKey> find_private_key(const Pkcs11Library& library, CK_SESSION_HANDLE session,
                                        const KeyUri& uri) {
  const ObjectReader reader(library, session);
  const auto handle = find_one(reader, uri);
  if (!handle) return tl::unexpected(handle.error());
  if (!reader.flag(*handle, CKA_SIGN, false))
    return tl::unexpected(unusable(ErrorKind::invalid, "key_unusable", uri, "may not sign",
                                   "use a key whose CKA_SIGN is true"));
  std::optional<PublicKey> key = shown_by(reader, *handle);
  if (!key) {
    auto partner = shown_by_partner(reader, *handle);
    if (!partner) return tl::unexpected(partner.error());
    key = *std::move(partner);
  }
  if (!key)
    return tl::unexpected(unusable(
        ErrorKind::invalid, "key_unusable", uri,
        "does not show a public key of RSA (2048 bits or more) or EC P-256, P-384, P-521, Ed25519",
        "use such a key, and keep its public key object on the token"));
  return PrivateKey{*handle, *std::move(key), reader.flag(*handle, CKA_ALWAYS_AUTHENTICATE, false)};
}

}  // namespace countersign::hsm
