#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/public_key.h"
#include "core/text.h"
#include "gateway/client/operation_id.h"
#include "gateway/client/wire.h"
#include "tools/cli/nouns.h"
#include "tools/cli/output_file.h"
#include "tools/cli/session.h"
#include "tools/cli/signing_input.h"

namespace countersign {
namespace {

constexpr Milliseconds pause{200};  // between two attempts to reach the gateway

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

std::vector<ClaimedFact> claimed_facts(const std::string& path) {
  std::string file = printable(std::filesystem::path(path).filename().string());
  // A cut inside a character would not be UTF-8 any more, so a name that long is left out.
  if (file.empty() || file.size() > wire::longest_claimed_value) return {};
  return {{"file", std::move(file)}};
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
  auto input = read_signing_input(arguments.text("--in"), key->type(),
                                  {arguments.optional_text("--hash"), arguments.has("--pss")});
  if (!input) return fail(input.error());
  const std::string algorithm = to_text(input->algorithm);

  const SignatureRequest request{signer->id, new_operation_id(), std::move(*input),
                                 claimed_facts(arguments.text("--in"))};
  const auto signature = (*service)->sign(request, session.patience());
  if (!signature) return fail(signature.error());
  if (const auto written =
          write_output_file(out, signature_file_content(key->type(), signature->bytes));
      !written)
    return fail(written.error());
  return session.print(wire::to_json(*signature), printable(out) + ": " + algorithm + " by " +
                                                      signer->name + ", log record " +
                                                      std::to_string(signature->record) + "\n");
}

}  // namespace

std::vector<Verb> sign_verbs() {
  return {
      verb("signature.create",
           {word("SIGNER", "Name of the signer"), required_option("--in", "FILE", "File to sign"),
            required_option("--out", "FILE", "Where the signature goes"),
            option("--hash", "NAME", "sha256 (default), sha384 or sha512; not with Ed25519"),
            flag("--pss", "RSA-PSS, with a salt as long as the hash")},
           "countersign sign release --in app.tar --out app.tar.sig", sign)};
}

}  // namespace countersign
