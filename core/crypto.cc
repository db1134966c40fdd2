#include "core/crypto.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace countersign {
namespace {

/// Fetched once a hash: a fetch costs more than a short digest.
const EVP_MD* method(Hash hash) {
  static const std::array<EVP_MD*, 6> methods = [] {
    std::array<EVP_MD*, 6> fetched{};
    for (std::size_t i = 1; i < fetched.size(); ++i)
      fetched[i] = EVP_MD_fetch(crypto_context(), openssl_name(static_cast<Hash>(i)), nullptr);
    return fetched;
  }();
  return methods.at(static_cast<std::size_t>(hash));
}

}  // namespace

OSSL_LIB_CTX* crypto_context() {
  static OSSL_LIB_CTX* const context = OSSL_LIB_CTX_new();
  return context;
}

int no_pass_phrase(char*, int, int, void*) {
  return -1;
}

const char* openssl_name(Hash hash) {
  static constexpr std::array<const char*, 6> names{nullptr,    "SHA1",     "SHA2-224",
                                                    "SHA2-256", "SHA2-384", "SHA2-512"};
  return names.at(static_cast<std::size_t>(hash));
}

std::string crypto_error() {
  const unsigned long code = ERR_peek_last_error();
  if (code == 0) return "unknown OpenSSL error";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

Bytes digest(Hash hash, ByteView data) {
  DigestOperation operation(hash);
  operation.update(data);
  return operation.finish();
}

Bytes sha256(ByteView data) {
  return digest(Hash::sha256, data);
}

Bytes hmac_sha256(ByteView key, ByteView data) {
  static EVP_MAC* const method = EVP_MAC_fetch(crypto_context(), "HMAC", nullptr);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(method),
                                                                          EVP_MAC_CTX_free);
  Bytes mac(digest_size(Hash::sha256));
  std::size_t length = 0;
  std::string name = openssl_name(Hash::sha256);
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_init(context.get(), key.data(), key.size(), parameters.data()) != 1 ||
      EVP_MAC_update(context.get(), data.data(), data.size()) != 1 ||
      EVP_MAC_final(context.get(), mac.data(), &length, mac.size()) != 1)
    std::abort();
  return mac;
}

Bytes random_bytes(std::size_t size) {
  // The system's own: OpenSSL's generator costs more than all else that a call to sign does here.
  constexpr std::size_t most_at_once = 256;
  Bytes bytes(size);
  for (std::size_t at = 0; at < size; at += most_at_once)
    if (getentropy(bytes.data() + at, std::min(most_at_once, size - at)) != 0) std::abort();
  return bytes;
}

void DigestOperation::Free::operator()(EVP_MD_CTX* context) const noexcept {
  EVP_MD_CTX_free(context);
}

DigestOperation::DigestOperation(Hash hash) : context_(EVP_MD_CTX_new()) {
  if (EVP_DigestInit_ex2(context_.get(), method(hash), nullptr) != 1) std::abort();
}

void DigestOperation::update(ByteView data) {
  if (EVP_DigestUpdate(context_.get(), data.data(), data.size()) != 1) std::abort();
}

Bytes DigestOperation::finish() {
  Bytes result(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context_.get(), result.data(), &length) != 1) std::abort();
  result.resize(length);
  return result;
}

}  // namespace countersign
