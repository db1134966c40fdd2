#include "policy/log_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>

#include "core/crypto.h"

namespace countersign {
namespace {

constexpr std::size_t key_size = 32;

struct FreeBio {
  void operator()(BIO* object) const noexcept { BIO_free_all(object); }
};
using BioPointer = std::unique_ptr<BIO, FreeBio>;

}  // namespace

LogKey::LogKey(EVP_PKEY* owned) : key_(owned, EVP_PKEY_free), public_key_(key_size) {
  std::size_t length = public_key_.size();
  if (EVP_PKEY_get_raw_public_key(owned, public_key_.data(), &length) != 1) std::abort();
}

LogKey LogKey::generate() {
  EVP_PKEY* const key = EVP_PKEY_Q_keygen(crypto_context(), nullptr, "ED25519");
  if (key == nullptr) std::abort();
  return LogKey(key);
}

Result<LogKey> LogKey::from_pem(const SecureBytes& pem) {
  const BioPointer in(BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.size())));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey_ex(in.get(), nullptr, no_pass_phrase, nullptr,
                                                   crypto_context(), nullptr);
  if (key == nullptr || EVP_PKEY_is_a(key, "ED25519") != 1) {
    EVP_PKEY_free(key);
    return fail(ErrorKind::invalid, "bad_log_key", "the log key is no Ed25519 private key in PEM",
                "restore the file that init wrote");
  }
  return LogKey(key);
}

SecureBytes LogKey::to_pem() const {
  const BioPointer out(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    std::abort();
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return SecureBytes(std::string_view(text, static_cast<std::size_t>(length)));
}

Bytes LogKey::sign(ByteView message) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  Bytes signature(64);
  std::size_t length = signature.size();
  if (EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, crypto_context(), nullptr, key_.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) != 1)
    std::abort();
  return signature;
}

Bytes LogKey::derive(const std::string& purpose) const {
  Bytes secret(key_size);
  std::size_t length = secret.size();
  if (EVP_PKEY_get_raw_private_key(key_.get(), secret.data(), &length) != 1) std::abort();
  Bytes derived = hmac_sha256(secret, as_bytes(purpose));
  wipe(secret.data(), secret.size());
  return derived;
}

}  // namespace countersign
