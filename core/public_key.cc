#include "core/public_key.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/crypto.h"

namespace countersign {
namespace {

template <auto function>
struct Call {
  template <class T>
  void operator()(T* object) const noexcept {
    function(object);
  }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, Call<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Call<EVP_MD_CTX_free>>;
using Method = std::unique_ptr<EVP_MD, Call<EVP_MD_free>>;
using Decoder = std::unique_ptr<OSSL_DECODER_CTX, Call<OSSL_DECODER_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Call<BN_free>>;

struct Curve {
  KeyType type;
  int nid;
};
constexpr std::array<Curve, 3> curves{{{KeyType::ec_p256, NID_X9_62_prime256v1},
                                       {KeyType::ec_p384, NID_secp384r1},
                                       {KeyType::ec_p521, NID_secp521r1}}};

const Curve* curve_of(KeyType type) {
  for (const Curve& each : curves)
    if (each.type == type) return &each;
  return nullptr;
}

const Curve* curve_of(int nid) {
  for (const Curve& each : curves)
    if (each.nid == nid) return &each;
  return nullptr;
}

tl::unexpected<Error> bad_key(const std::string& why) {
  return fail(ErrorKind::invalid, "bad_public_key", "the public key is not usable: " + why,
              "use RSA of 2048 bits or more, ECDSA on P-256, P-384 or P-521, or Ed25519");
}

// How CKA_EC_PARAMS names the curve of Ed25519: the first is what is shown, tokens use any.
constexpr std::array<std::uint8_t, 5> oid_of_rfc8410{0x06, 0x03, 0x2b, 0x65, 0x70};
constexpr std::array<std::uint8_t, 11> oid_of_gnupg{0x06, 0x09, 0x2b, 0x06, 0x01, 0x04,
                                                    0x01, 0xda, 0x47, 0x0f, 0x01};
constexpr std::array<std::uint8_t, 14> curve_name{0x13, 0x0c, 'e', 'd', 'w', 'a', 'r',
                                                  'd',  's',  '2', '5', '5', '1', '9'};

constexpr std::uint8_t sequence = 0x30;
constexpr std::array<std::uint8_t, 11> rsa_encryption{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                                      0xf7, 0x0d, 0x01, 0x01, 0x01};
constexpr std::array<std::uint8_t, 2> der_null{0x05, 0x00};
constexpr std::array<std::uint8_t, 9> ec_public_key{0x06, 0x07, 0x2a, 0x86, 0x48,
                                                    0xce, 0x3d, 0x02, 0x01};

bool names_ed25519(ByteView parameters) {
  return std::ranges::equal(parameters, oid_of_rfc8410) ||
         std::ranges::equal(parameters, oid_of_gnupg) || std::ranges::equal(parameters, curve_name);
}

Bytes number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const Number number(raw);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
  BN_bn2bin(number.get(), bytes.data());
  return bytes;
}

Bytes octets_of(const EVP_PKEY* key, const char* name) {
  std::size_t length = 0;
  if (EVP_PKEY_get_octet_string_param(key, name, nullptr, 0, &length) != 1) return {};
  Bytes bytes(length);
  EVP_PKEY_get_octet_string_param(key, name, bytes.data(), bytes.size(), &length);
  return bytes;
}

/// Fetched from our own context and not from the host's.
Method fetch(Hash hash) {
  return Method(EVP_MD_fetch(crypto_context(), openssl_name(hash), nullptr));
}

/// DER of one value of type `tag` (X.690 §8.1) with the parts of its content behind one another.
Bytes tlv(std::uint8_t tag, std::initializer_list<ByteView> parts) {
  std::size_t length = 0;
  for (const ByteView part : parts) length += part.size();
  Bytes der{tag};
  const auto low = static_cast<std::uint8_t>(length & 0xffU);
  if (length >= 0x100) {
    der.push_back(0x82);
    der.push_back(static_cast<std::uint8_t>(length >> 8 & 0xffU));
  } else if (length >= 0x80) {
    der.push_back(0x81);
  }
  der.push_back(low);
  for (const ByteView part : parts) der.insert(der.end(), part.begin(), part.end());
  return der;
}

/// DER INTEGER of a positive number, given with its highest byte first.
Bytes integer(ByteView number) {
  while (!number.empty() && number.front() == 0) number = number.subspan(1);
  const Bytes sign(number.empty() || (number.front() & 0x80U) != 0 ? 1 : 0);
  return tlv(V_ASN1_INTEGER, {sign, number});
}

/// SubjectPublicKeyInfo (RFC 5280 §4.1) of `key` under the DER of its algorithm's name and
/// parameters. Not EVP_PKEY_fromdata, which fails where the host has an engine for the key's type.
Bytes public_key_info(ByteView algorithm, ByteView parameters, ByteView key) {
  const Bytes no_unused_bits(1);
  return tlv(sequence, {tlv(sequence, {algorithm, parameters}),
                        tlv(V_ASN1_BIT_STRING, {no_unused_bits, key})});
}

/// The content of a DER OCTET STRING, or `bytes` itself when it is none.
ByteView unwrap_octet_string(ByteView bytes) {
  if (bytes.empty() || bytes[0] != V_ASN1_OCTET_STRING) return bytes;
  const unsigned char* content = bytes.data();
  long length = 0;
  int tag = 0;
  int type = 0;
  if ((ASN1_get_object(&content, &length, &tag, &type, static_cast<long>(bytes.size())) & 0x80) !=
          0 ||
      content + length != bytes.data() + bytes.size())
    return bytes;
  return {content, static_cast<std::size_t>(length)};
}

}  // namespace

PublicKey::PublicKey(EVP_PKEY* owned) : key_(owned, EVP_PKEY_free) {}

Result<PublicKey> PublicKey::from_pkey(EVP_PKEY* owned) {
  PublicKey key(owned);
  key.bits_ = static_cast<std::size_t>(EVP_PKEY_get_bits(owned));
  if (EVP_PKEY_is_a(owned, "RSA") == 1) {
    key.type_ = KeyType::rsa;
    if (key.bits_ < 2048 || key.bits_ > 16384)
      return bad_key("RSA with " + std::to_string(key.bits_) + " bits");
  } else if (EVP_PKEY_is_a(owned, "EC") == 1) {
    std::array<char, 80> group{};
    EVP_PKEY_get_group_name(owned, group.data(), group.size(), nullptr);
    const Curve* const curve = curve_of(OBJ_txt2nid(group.data()));
    if (curve == nullptr) return bad_key("curve \"" + std::string(group.data()) + "\"");
    key.type_ = curve->type;
    EVP_PKEY_set_utf8_string_param(owned, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                   OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED);
  } else if (EVP_PKEY_is_a(owned, "ED25519") == 1) {
    key.type_ = KeyType::ed25519;
    key.bits_ = 255;  // of the field, as for the other curves
  } else {
    return bad_key("neither RSA nor EC nor Ed25519");
  }
  unsigned char* encoded = nullptr;
  const int length = i2d_PUBKEY(owned, &encoded);
  if (length <= 0) return bad_key(crypto_error());
  key.der_.assign(encoded, encoded + length);
  OPENSSL_free(encoded);
  key.fingerprint_ = sha256(key.der_);
  return key;
}

Result<PublicKey> PublicKey::decoded(ByteView bytes, const char* form) {
  // Not d2i_PUBKEY: where the host has an engine for the key's type, that makes a key of the
  // engine.
  EVP_PKEY* key = nullptr;
  const Decoder decoder(OSSL_DECODER_CTX_new_for_pkey(
      &key, form, "SubjectPublicKeyInfo", nullptr, EVP_PKEY_PUBLIC_KEY, crypto_context(), nullptr));
  const unsigned char* cursor = bytes.data();
  std::size_t rest = bytes.size();
  if (!decoder || OSSL_DECODER_from_data(decoder.get(), &cursor, &rest) != 1 || key == nullptr) {
    EVP_PKEY_free(key);
    return bad_key(crypto_error());
  }
  if (rest != 0) {
    EVP_PKEY_free(key);
    return bad_key("bytes follow the SubjectPublicKeyInfo");
  }
  return from_pkey(key);
}

Result<PublicKey> PublicKey::from_der(ByteView der) {
  return decoded(der, "DER");
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  return decoded(as_bytes(pem), "PEM");
}

Result<PublicKey> PublicKey::from_rsa(ByteView modulus, ByteView exponent) {
  const Bytes key = tlv(sequence, {integer(modulus), integer(exponent)});
  return from_der(public_key_info(rsa_encryption, der_null, key));
}

Result<PublicKey> PublicKey::from_ec(ByteView parameters, ByteView point) {
  if (names_ed25519(parameters)) {
    const ByteView bare =
        point.size() == ec_order_size(KeyType::ed25519) ? point : unwrap_octet_string(point);
    return from_der(public_key_info(oid_of_rfc8410, {}, bare));
  }
  const unsigned char* cursor = parameters.data();
  ASN1_OBJECT* const name = d2i_ASN1_OBJECT(nullptr, &cursor, static_cast<long>(parameters.size()));
  const Curve* const curve = curve_of(name == nullptr ? NID_undef : OBJ_obj2nid(name));
  ASN1_OBJECT_free(name);
  if (curve == nullptr) return bad_key("the curve is not P-256, P-384, P-521 or Ed25519 by name");
  // A bare point begins as an OCTET STRING does, and one of 256 goes on like it: its length tells.
  const bool bare = point.size() == 1 + 2 * ec_order_size(curve->type);
  return from_der(
      public_key_info(ec_public_key, parameters, bare ? point : unwrap_octet_string(point)));
}

Bytes PublicKey::modulus() const {
  return number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N);
}
Bytes PublicKey::exponent() const {
  return number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E);
}

Bytes PublicKey::ec_parameters() const {
  if (type_ == KeyType::ed25519) return {oid_of_rfc8410.begin(), oid_of_rfc8410.end()};
  const Curve* const curve = curve_of(type_);
  if (curve == nullptr) return {};
  const ASN1_OBJECT* const name = OBJ_nid2obj(curve->nid);
  unsigned char* encoded = nullptr;
  const int length = i2d_ASN1_OBJECT(name, &encoded);
  Bytes bytes(encoded, encoded + (length > 0 ? length : 0));
  OPENSSL_free(encoded);
  return bytes;
}

Bytes PublicKey::ec_point() const {
  if (type_ == KeyType::rsa) return {};
  return octets_of(key_.get(), type_ == KeyType::ed25519 ? OSSL_PKEY_PARAM_PUB_KEY
                                                         : OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY);
}

std::size_t PublicKey::signature_size() const {
  return type_ == KeyType::rsa ? (bits_ + 7) / 8 : 2 * ec_order_size(type_);
}

bool PublicKey::verify_message(ByteView message, ByteView signature, const char* digest) const {
  const DigestContext context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, crypto_context(), nullptr,
                                 key_.get(), nullptr) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

bool PublicKey::verify_document(ByteView document, ByteView signature) const {
  return verify_message(document, signature, type_ == KeyType::ed25519 ? nullptr : "SHA256");
}

bool PublicKey::verify(const SigningInput& input, ByteView signature) const {
  if (unsuitable(input, type_, bits_) || signature.size() != signature_size()) return false;
  if (type_ == KeyType::ed25519) return verify_message(input.message, signature, nullptr);
  const Context context(EVP_PKEY_CTX_new_from_pkey(crypto_context(), key_.get(), nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) != 1) return false;
  const SignatureAlgorithm& algorithm = input.algorithm;
  Bytes encoded;
  ByteView given = signature;
  bool ready = true;
  if (algorithm.scheme == Scheme::ecdsa) {
    encoded = ecdsa_to_der(signature);
    given = encoded;
  } else {
    // Not by name: where the host has an engine for RSA, OpenSSL takes no parameters by name.
    const bool pss = algorithm.scheme == Scheme::rsa_pss;
    const Method hash = fetch(algorithm.hash);
    ready = EVP_PKEY_CTX_set_rsa_padding(context.get(),
                                         pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
            EVP_PKEY_CTX_set_signature_md(context.get(), hash.get()) == 1;
    if (ready && pss)
      ready = EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), fetch(algorithm.mgf_hash).get()) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(),
                                               static_cast<int>(algorithm.salt_length)) == 1;
  }
  return ready && EVP_PKEY_verify(context.get(), given.data(), given.size(), input.digest.data(),
                                  input.digest.size()) == 1;
}

Bytes ecdsa_to_der(ByteView signature) {
  if (signature.empty() || signature.size() % 2 != 0) return {};
  const int half = static_cast<int>(signature.size() / 2);
  ECDSA_SIG* const pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(signature.data(), half, nullptr),
                 BN_bin2bn(signature.data() + half, half, nullptr));
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(pair, &encoded);
  ECDSA_SIG_free(pair);
  Bytes der(encoded, encoded + (length > 0 ? length : 0));
  OPENSSL_free(encoded);
  return der;
}

}  // namespace countersign
