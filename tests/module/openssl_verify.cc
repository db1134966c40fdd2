#include "tests/module/openssl_verify.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

namespace countersign::test {
namespace {

Bytes der_of_ecdsa(ByteView raw) {
  const int half = static_cast<int>(raw.size() / 2);
  ECDSA_SIG* pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(raw.data(), half, nullptr),
                 BN_bin2bn(raw.data() + half, half, nullptr));
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair, &der);
  Bytes bytes(der, der + length);
  OPENSSL_free(der);
  ECDSA_SIG_free(pair);
  return bytes;
}

}  // namespace

bool verifies(ByteView public_key, const Expected& expected, ByteView message, ByteView signature) {
  const unsigned char* at = public_key.data();
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      d2i_PUBKEY(nullptr, &at, static_cast<long>(public_key.size())), &EVP_PKEY_free);
  if (key == nullptr) return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* details = nullptr;
  if (EVP_DigestVerifyInit_ex(context.get(), &details,
                              expected.hash.empty() ? nullptr : expected.hash.c_str(), nullptr,
                              nullptr, key.get(), nullptr) != 1)
    return false;
  const bool rsa = EVP_PKEY_is_a(key.get(), "RSA") == 1;
  if (rsa && expected.pss) {
    EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST);
  }
  const bool pair = EVP_PKEY_is_a(key.get(), "EC") == 1;
  if (pair && signature.size() % 2 != 0) return false;
  const Bytes shown = !pair ? Bytes(signature.begin(), signature.end()) : der_of_ecdsa(signature);
  return EVP_DigestVerify(context.get(), shown.data(), shown.size(), message.data(),
                          message.size()) == 1;
}

Bytes hashed(const std::string& hash, ByteView message) {
  Bytes digest(EVP_MAX_MD_SIZE);
  std::size_t length = 0;
  EVP_Q_digest(nullptr, hash.c_str(), nullptr, message.data(), message.size(), digest.data(),
               &length);
  digest.resize(length);
  return digest;
}

}  // namespace countersign::test
