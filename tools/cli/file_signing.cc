#include "tools/cli/file_signing.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/duration.h"
#include "core/text.h"
#include "gateway/client/claimed_facts.h"
#include "gateway/client/operation_id.h"
#include "gateway/client/wire.h"
#include "tools/cli/output_file.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

constexpr Milliseconds pause{200};  // between two attempts to reach the gateway

/// Whether there was no answer, or one that asks to come again; another would be the same again.
bool worth_repeating(const Error& error) {
  constexpr std::array codes{"gateway_unreachable", "connection_broken", "gateway_stopping",
                             "store_busy", "too_many_connections"};
  return std::ranges::find(codes, error.code) != codes.end();
}

Result<std::vector<SignerInfo>> list_signers(SigningService& service, Milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto signers = service.signers(patience);
    if (signers || !worth_repeating(signers.error())) return signers;
    if (std::chrono::steady_clock::now() + pause >= deadline) return signers;
    std::this_thread::sleep_for(pause);
  }
}

std::vector<ClaimedFact> facts_about(const std::string& path, const Session& session) {
  auto facts = claimed_facts(session.claims_command_line());
  std::string file = printable(std::filesystem::path(path).filename().string());
  // A cut inside a character would not be UTF-8 any more, so a name that long is left out.
  if (!file.empty() && file.size() <= wire::longest_claimed_value)
    facts.emplace_back("file", std::move(file));
  return facts;
}

}  // namespace

Result<SignerInfo> find_signer(Session& session, const std::string& name) {
  const auto service = session.signing();
  if (!service) return fail(service.error());
  auto signers = list_signers(**service, session.patience());
  if (!signers) return fail(signers.error());
  const auto found = std::find_if(signers->begin(), signers->end(), [&](const SignerInfo& each) {
    return fold_case(each.name) == fold_case(name);
  });
  if (found != signers->end()) return std::move(*found);
  return fail(ErrorKind::not_found, "signer_not_found",
              "there is no signer \"" + printable(name) + "\" that you may sign with",
              "see `countersign signer list`, or ask a signer admin to make you a member");
}

Result<ExitCode> sign_file(const FileSigning& file, Session& session) {
  const auto wait = file.wait ? wait_from_text(*file.wait) : Result<Milliseconds>(Milliseconds{});
  if (!wait) return fail(wait.error());
  if (const auto writable = check_output_file(file.out); !writable) return fail(writable.error());
  const auto signer = find_signer(session, file.signer);
  if (!signer) return fail(signer.error());
  const auto key = PublicKey::from_der(signer->public_key);
  if (!key) return fail(key.error());
  auto input = file.read(*key);
  if (!input) return fail(input.error());
  const std::string algorithm = to_text(input->algorithm);

  const auto service = session.signing();
  if (!service) return fail(service.error());
  ApprovalSettings approval = session.approval();
  if (file.wait) approval.wait = *wait;
  SignatureRequest request{signer->id, new_operation_id(), std::move(*input),
                           facts_about(file.in, session)};
  request.metadata = approval.metadata;
  request.auto_request = approval.auto_request;
  request.wait = approval.wait;
  request.on_waiting = [&session, &approval](const AwaitedApproval& awaited) {
    session.note(awaited.message + ", for up to " + to_text(approval.wait) +
                 "; an approver can run: countersign request approve " +
                 std::to_string(awaited.request));
  };
  const auto signature = (*service)->sign(request, session.patience());
  if (!signature) return fail(signature.error());
  if (!signature->warning.empty()) session.note("warning: " + signature->warning);
  if (const auto written = write_output_file(file.out, file.content(key->type(), signature->bytes));
      !written)
    return fail(written.error());
  return session.print(wire::to_json(*signature), printable(file.out) + ": " + algorithm + " by " +
                                                      signer->name + ", log record " +
                                                      std::to_string(signature->record) + "\n");
}

}  // namespace countersign
