#include "tools/cli/signing_input.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "core/crypto.h"
#include "core/text.h"
#include "tools/cli/input_file.h"

namespace countersign {
namespace {

constexpr std::size_t part_size = std::size_t{1} << 20;

Result<Bytes> hash_file(const std::string& path, Hash hash) {
  std::ifstream file(path, std::ios::binary);
  DigestOperation operation(hash);
  std::string part(part_size, '\0');
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0)
    operation.update(
        as_bytes(std::string_view(part).substr(0, static_cast<std::size_t>(file.gcount()))));
  if (!file.is_open() || file.bad() || !file.eof())
    return fail(ErrorKind::invalid, "file_unreadable",
                "file " + printable(path) + ": " + std::generic_category().message(errno),
                "check the path given with --in");
  return operation.finish();
}

tl::unexpected<Error> bad_scheme(KeyType key, const std::string& option) {
  return fail(ErrorKind::invalid, "bad_scheme",
              "this signer's key is of type " + std::string(to_text(key)) + ", for which " +
                  option + " means nothing",
              "leave " + option + " out");
}

Result<SignatureAlgorithm> algorithm_for(KeyType key, const AlgorithmWish& wish) {
  if (wish.pss && key != KeyType::rsa) return bad_scheme(key, "--pss");
  if (key == KeyType::ed25519) {
    if (wish.hash) return bad_scheme(key, "--hash");
    return SignatureAlgorithm{Scheme::ed25519, Hash::sha512, Hash::none, 0};  // RFC 8032 §5.1
  }
  const auto hash = hash_from_text(wish.hash.value_or("sha256"));
  if (!hash || *hash == Hash::none)
    return fail(ErrorKind::invalid, "bad_hash", "\"" + printable(*wish.hash) + "\" is not a hash",
                "use sha256, sha384 or sha512");
  if (wish.pss)
    return SignatureAlgorithm{Scheme::rsa_pss, *hash, *hash,
                              static_cast<std::uint32_t>(digest_size(*hash))};
  const Scheme scheme = key == KeyType::rsa ? Scheme::rsa_pkcs1 : Scheme::ecdsa;
  return SignatureAlgorithm{scheme, *hash, Hash::none, 0};
}

}  // namespace

Result<SigningInput> read_signing_input(const std::string& path, KeyType key,
                                        const AlgorithmWish& wish) {
  const auto algorithm = algorithm_for(key, wish);
  if (!algorithm) return fail(algorithm.error());
  SigningInput input{*algorithm, {}, {}};
  if (key == KeyType::ed25519) {
    const auto message = read_input_file("file", path, longest_message);
    if (!message) return fail(message.error());
    input.message.assign(message->begin(), message->end());
    return input;
  }
  auto digest = hash_file(path, algorithm->hash);
  if (!digest) return fail(digest.error());
  input.digest = std::move(*digest);
  return input;
}

Bytes signature_file_content(KeyType key, const Bytes& signature) {
  const bool ecdsa = key != KeyType::rsa && key != KeyType::ed25519;
  return ecdsa ? ecdsa_to_der(signature) : signature;
}

}  // namespace countersign
