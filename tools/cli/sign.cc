#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "core/crypto.h"
#include "core/public_key.h"
#include "core/text.h"
#include "gateway/client/operation_id.h"
#include "gateway/client/wire.h"
#include "tools/cli/nouns.h"
#include "tools/cli/output_file.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

constexpr Milliseconds pause{200};  // between two attempts to reach the gateway
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

/// Asks again while the gateway is away, as the signature itself does: a restart is a pause.
Result<std::vector<SignerInfo>> list_signers(SigningService& service, Milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto signers = service.signers(patience);
    if (signers || signers.error().kind != ErrorKind::unavailable) return signers;
    if (std::chrono::steady_clock::now() + pause >= deadline) return signers;
    std::this_thread::sleep_for(pause);
  }
}

Result<SignerInfo> find_signer(SigningService& service, const std::string& name,
                               Milliseconds patience) {
  auto signers = list_signers(service, patience);
  if (!signers) return fail(signers.error());
  const auto found = std::find_if(signers->begin(), signers->end(), [&](const SignerInfo& each) {
    return fold_case(each.name) == fold_case(name);
  });
  if (found != signers->end()) return std::move(*found);
  return fail(ErrorKind::not_found, "signer_not_found",
              "there is no signer \"" + printable(name) + "\" that you may sign with",
              "see `countersign signer list`, or ask a signer admin to make you a member");
}

Result<SignatureAlgorithm> algorithm_for(const PublicKey& key, const Arguments& arguments) {
  const auto hash = hash_from_text(arguments.optional_text("--hash").value_or("sha256"));
  if (!hash || *hash == Hash::none)
    return fail(ErrorKind::invalid, "bad_hash",
                "\"" + printable(arguments.text("--hash")) + "\" is not a hash",
                "use sha256, sha384 or sha512");
  if (!arguments.has("--pss"))
    return SignatureAlgorithm{key.type() == KeyType::rsa ? Scheme::rsa_pkcs1 : Scheme::ecdsa, *hash,
                              Hash::none, 0};
  if (key.type() != KeyType::rsa)
    return fail(ErrorKind::invalid, "bad_scheme", "--pss needs an RSA key, this signer's is EC",
                "leave --pss out");
  return SignatureAlgorithm{Scheme::rsa_pss, *hash, *hash,
                            static_cast<std::uint32_t>(digest_size(*hash))};
}

std::vector<ClaimedFact> claimed_facts(const std::string& path) {
  std::string file = printable(std::filesystem::path(path).filename().string());
  // A cut inside a character would not be UTF-8 any more, so a name that long is left out.
  if (file.empty() || file.size() > wire::longest_claimed_value) return {};
  return {{"file", std::move(file)}};
}

/// OpenSSL and most others read ECDSA signatures in X.509 form only.
Bytes file_form(const PublicKey& key, const Bytes& signature) {
  return key.type() == KeyType::rsa ? signature : ecdsa_to_der(signature);
}

Result<ExitCode> sign(const Arguments& arguments, Session& session) {
  const std::string out = arguments.text("--out");
  if (const auto writable = check_output_file(out); !writable) return fail(writable.error());
  const auto service = session.signing();
  if (!service) return fail(service.error());
  const auto signer = find_signer(**service, arguments.text("SIGNER"), session.patience());
  if (!signer) return fail(signer.error());
  const auto key = PublicKey::from_der(signer->public_key);
  if (!key) return fail(key.error());
  const auto algorithm = algorithm_for(*key, arguments);
  if (!algorithm) return fail(algorithm.error());
  auto digest = hash_file(arguments.text("--in"), algorithm->hash);
  if (!digest) return fail(digest.error());

  const SignatureRequest request{signer->id,
                                 new_operation_id(),
                                 {*algorithm, std::move(*digest)},
                                 claimed_facts(arguments.text("--in"))};
  const auto signature = (*service)->sign(request, session.patience());
  if (!signature) return fail(signature.error());
  if (const auto written = write_output_file(out, file_form(*key, signature->bytes)); !written)
    return fail(written.error());
  return session.print(wire::to_json(*signature), printable(out) + ": " + to_text(*algorithm) +
                                                      " by " + signer->name + ", log record " +
                                                      std::to_string(signature->record) + "\n");
}

}  // namespace

std::vector<Verb> sign_verbs() {
  return {
      verb("signature.create",
           {word("SIGNER", "Name of the signer"), required_option("--in", "FILE", "File to sign"),
            required_option("--out", "FILE", "Where the signature goes"),
            option("--hash", "NAME", "sha256 (default), sha384 or sha512"),
            flag("--pss", "RSA-PSS, with a salt as long as the hash")},
           "countersign sign release --in app.tar --out app.tar.sig", sign)};
}

}  // namespace countersign
