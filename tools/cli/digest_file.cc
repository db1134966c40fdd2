#include "tools/cli/digest_file.h"

#include "core/encoding.h"
#include "core/text.h"
#include "tools/cli/input_file.h"
#include "tools/cli/signing_input.h"

namespace countersign {
namespace {

constexpr std::size_t longest_file = 128;  // 64 bytes are 88 characters

Hash hash_of_size(std::size_t size) {
  for (const Hash hash : {Hash::sha256, Hash::sha384, Hash::sha512})
    if (digest_size(hash) == size) return hash;
  return Hash::none;
}

void drop_line_end(std::string& text) {
  for (const std::string_view end : {"\r\n", "\n"})
    if (text.ends_with(end)) return text.resize(text.size() - end.size());
}

}  // namespace

Result<SigningInput> read_digest_file(const std::string& path, KeyType key) {
  if (key == KeyType::ed25519)
    return fail(ErrorKind::invalid, "bad_scheme",
                "this signer's key is of type ed25519, which signs whole messages, not digests",
                "use a signer with an RSA or EC key");
  auto text = read_input_file("digest file", path, longest_file);
  if (!text) return fail(text.error());
  drop_line_end(*text);
  auto digest = from_base64(*text);
  const Hash hash = hash_of_size(digest ? digest->size() : 0);
  if (hash == Hash::none)
    return fail(ErrorKind::invalid, "bad_digest",
                "digest file " + printable(path) + " is not base64 of 32, 48 or 64 bytes",
                "give the file that `signtool sign /dg` wrote");
  const bool rsa = key == KeyType::rsa;
  return SigningInput{{rsa ? Scheme::rsa_pkcs1 : Scheme::ecdsa, rsa ? hash : Hash::none}, *digest};
}

Bytes signed_digest_content(KeyType key, const Bytes& signature) {
  const std::string text = to_base64(signature_file_content(key, signature));
  return {text.begin(), text.end()};
}

}  // namespace countersign
