#include "module/object.h"

#include <cstring>
#include <utility>

#include "core/crypto.h"
#include "module/mechanism.h"

namespace countersign::module {
namespace {

// As long as the SHA-1 that most tools make a CKA_ID of.
constexpr std::size_t id_size = 20;

// CK_CERTIFICATE_CATEGORY (v2.40 §4.6.2), which p11-kit's header leaves out.
constexpr CK_ULONG category_token_user = 1;
constexpr CK_ULONG category_authority = 2;

Bytes shortened(Bytes hash) {
  hash.resize(id_size);
  return hash;
}

/// A DER OCTET STRING, the form CKA_EC_POINT has (mechanisms §2.3.3).
Bytes octet_string(ByteView content) {
  Bytes der{0x04};
  if (content.size() >= 128) der.push_back(0x81);  // P-521 is the longest, with 133 bytes
  der.push_back(static_cast<std::uint8_t>(content.size()));
  der.insert(der.end(), content.begin(), content.end());
  return der;
}

Bytes bytes_of(const std::vector<CK_MECHANISM_TYPE>& types) {
  Bytes bytes(types.size() * sizeof(CK_MECHANISM_TYPE));
  std::memcpy(bytes.data(), types.data(), bytes.size());
  return bytes;
}

/// §4.4: what every object on the token has.
Attributes storage(CK_OBJECT_CLASS object_class, bool is_private, const std::string& label) {
  Attributes attributes;
  attributes.set_number(CKA_CLASS, object_class);
  attributes.set_flag(CKA_TOKEN, true);
  attributes.set_flag(CKA_PRIVATE, is_private);
  attributes.set_flag(CKA_MODIFIABLE, false);
  attributes.set_flag(CKA_COPYABLE, false);
  attributes.set_flag(CKA_DESTROYABLE, false);
  attributes.set_text(CKA_LABEL, label);
  return attributes;
}

CK_KEY_TYPE pkcs11_type(KeyType type) {
  if (type == KeyType::rsa) return CKK_RSA;
  return type == KeyType::ed25519 ? CKK_EC_EDWARDS : CKK_EC;
}

/// §4.7, and the public numbers, which stand on the private key as well: many clients take them
/// from there.
void add_key(Attributes& attributes, const ObjectFacts& facts) {
  const bool rsa = facts.key.type() == KeyType::rsa;
  attributes.set(CKA_ID, facts.id());
  attributes.set_number(CKA_KEY_TYPE, pkcs11_type(facts.key.type()));
  attributes.set(CKA_START_DATE, {});
  attributes.set(CKA_END_DATE, {});
  attributes.set_flag(CKA_DERIVE, false);
  // Where the key came from is not known here, and what is not known is not claimed.
  attributes.set_flag(CKA_LOCAL, false);
  attributes.set_number(CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
  attributes.set(CKA_ALLOWED_MECHANISMS,
                 bytes_of(mechanism_types({facts.key.type(), facts.weak_hashes})));
  attributes.set(CKA_SUBJECT,
                 facts.certificates.empty() ? Bytes{} : facts.certificates.front().subject);
  attributes.set(CKA_PUBLIC_KEY_INFO, facts.key.der());
  if (rsa) {
    attributes.set(CKA_MODULUS, facts.key.modulus());
    attributes.set(CKA_PUBLIC_EXPONENT, facts.key.exponent());
    attributes.set_number(CKA_MODULUS_BITS, facts.key.bits());
  } else {
    attributes.set(CKA_EC_PARAMS, facts.key.ec_parameters());
    attributes.set(CKA_EC_POINT, octet_string(facts.key.ec_point()));
  }
}

void hide_secrets(Attributes& attributes, KeyType type) {
  if (type != KeyType::rsa) {
    attributes.hide(CKA_VALUE);
    return;
  }
  for (const CK_ATTRIBUTE_TYPE type_of_secret : {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2,
                                                 CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT})
    attributes.hide(type_of_secret);
}

/// §4.9. Private, yet visible without a login, because the token asks for none.
Object private_key(const ObjectFacts& facts) {
  Attributes attributes = storage(CKO_PRIVATE_KEY, true, facts.label);
  add_key(attributes, facts);
  attributes.set_flag(CKA_SIGN, true);
  attributes.set_flag(CKA_SENSITIVE, true);
  for (const CK_ATTRIBUTE_TYPE never :
       {CKA_SIGN_RECOVER, CKA_DECRYPT, CKA_UNWRAP, CKA_EXTRACTABLE, CKA_ALWAYS_AUTHENTICATE,
        CKA_WRAP_WITH_TRUSTED, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE})
    attributes.set_flag(never, false);
  hide_secrets(attributes, facts.key.type());
  return {CKO_PRIVATE_KEY, std::move(attributes)};
}

/// §4.8.
Object public_key(const ObjectFacts& facts) {
  Attributes attributes = storage(CKO_PUBLIC_KEY, false, facts.label);
  add_key(attributes, facts);
  attributes.set_flag(CKA_VERIFY, true);
  for (const CK_ATTRIBUTE_TYPE never : {CKA_VERIFY_RECOVER, CKA_ENCRYPT, CKA_WRAP, CKA_TRUSTED})
    attributes.set_flag(never, false);
  return {CKO_PUBLIC_KEY, std::move(attributes)};
}

/// §4.6.
Object certificate(const Certificate& shown, const std::string& label, Bytes id, bool is_leaf) {
  Attributes attributes = storage(CKO_CERTIFICATE, false, label);
  attributes.set_number(CKA_CERTIFICATE_TYPE, CKC_X_509);
  attributes.set_number(CKA_CERTIFICATE_CATEGORY,
                        is_leaf ? category_token_user : category_authority);
  attributes.set_flag(CKA_TRUSTED, false);
  attributes.set(CKA_ID, std::move(id));
  attributes.set(CKA_SUBJECT, shown.subject);
  attributes.set(CKA_ISSUER, shown.issuer);
  attributes.set(CKA_SERIAL_NUMBER, shown.serial);
  attributes.set(CKA_VALUE, shown.der);
  attributes.set(CKA_PUBLIC_KEY_INFO, shown.key.der());
  attributes.set_date(CKA_START_DATE, shown.not_before);
  attributes.set_date(CKA_END_DATE, shown.not_after);
  Bytes check = countersign::digest(Hash::sha1, shown.der);
  check.resize(3);
  attributes.set(CKA_CHECK_VALUE, std::move(check));
  return {CKO_CERTIFICATE, std::move(attributes)};
}

}  // namespace

Bytes ObjectFacts::id() const {
  return shortened(key.fingerprint());
}

std::vector<Object> make_objects(const ObjectFacts& facts) {
  std::vector<Object> objects;
  objects.push_back(private_key(facts));
  objects.push_back(public_key(facts));
  for (std::size_t i = 0; i < facts.certificates.size(); ++i) {
    const Certificate& each = facts.certificates[i];
    if (i == 0)
      objects.push_back(certificate(each, facts.label, facts.id(), true));
    else  // an issuer must not pass for the key's own certificate
      objects.push_back(certificate(each, each.subject_text, shortened(sha256(each.der)), false));
  }
  return objects;
}

}  // namespace countersign::module
