#include "tools/cli/approval_signature.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "core/public_key.h"
#include "core/text.h"
#include "tools/cli/secret_input.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

/// pem_password_cb of OpenSSL.
int ask_passphrase(char* buffer, int size, int /*writing*/, void* /*data*/) {
  const auto passphrase = read_secret_line("passphrase of the key: ");
  if (!passphrase || passphrase->view().size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, passphrase->view().data(), passphrase->view().size());
  return static_cast<int>(passphrase->view().size());
}

Result<PrivateKey> read_private_key(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"), std::fclose);
  struct stat status {};
  if (!file || ::fstat(::fileno(file.get()), &status) != 0)
    return fail(ErrorKind::invalid, "bad_key", "cannot read the key " + printable(path),
                "name the file of your private key");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(ErrorKind::invalid, "key_readable",
                "others may read the private key " + printable(path),
                "run: chmod 600 " + printable(path));
  PrivateKey key(PEM_read_PrivateKey(file.get(), nullptr, ask_passphrase, nullptr), EVP_PKEY_free);
  if (!key)
    return fail(ErrorKind::invalid, "bad_key",
                printable(path) + " holds no private key that can be read",
                "give a PEM file and its passphrase");
  return key;
}

Result<PublicKey> public_half(const PrivateKey& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0)
    return fail(ErrorKind::invalid, "bad_key", "the key has no public half", "use another key");
  auto half = PublicKey::from_der(ByteView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return half;
}

/// The number under which the caller registered the key.
Result<std::int64_t> number_of(Session& session, const PublicKey& key) {
  const auto answer = session.perform("approval_key.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  for (const auto& each : field_of(*answer, "approval_keys"))
    if (field_text(each, "state") == "active" &&
        field_text(each, "key_sha256") == to_hex(key.fingerprint()))
      return each.value("id", std::int64_t{0});
  return fail(ErrorKind::not_found, "key_unknown", "you have not registered this key",
              "run: countersign approval-key add FILE, before a request is made");
}

Result<Bytes> sign(const PrivateKey& key, const std::string& text) {
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const EVP_MD* const digest = EVP_PKEY_is_a(key.get(), "ED25519") == 1 ? nullptr : EVP_sha256();
  std::size_t size = 0;
  const ByteView bytes = as_bytes(text);
  if (context && EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()) == 1) {
    Bytes signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) == 1) {
      signature.resize(size);
      return signature;
    }
  }
  return fail(ErrorKind::internal, "bad_key", "the key does not sign", "use another key");
}

}  // namespace

Result<nlohmann::json> signed_approval(Session& session, const std::string& request,
                                       const std::string& key_file) {
  const auto key = read_private_key(key_file);
  if (!key) return fail(key.error());
  const auto half = public_half(*key);
  if (!half) return fail(half.error());
  const auto number = number_of(session, *half);
  if (!number) return fail(number.error());
  const auto answer = session.perform("request.form", {{"request", request}}, nullptr);
  if (!answer) return fail(answer.error());
  const std::string form = field_text(*answer, "form");
  session.note("signing: " + printable(form));
  const auto signature = sign(*key, form);
  if (!signature) return fail(signature.error());
  return nlohmann::json{{"key", *number}, {"signature", to_base64(*signature)}};
}

}  // namespace countersign
