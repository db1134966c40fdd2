#include "policy/request_form.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/crypto.h"
#include "core/duration.h"
#include "core/encoding.h"

namespace countersign {

using nlohmann::json;

std::string request_form(Transaction& transaction, const Request& request,
                         const ApprovalStep& step) {
  const Signer* const signer = transaction.signers.find(request.signer);
  json form{{"form", "countersign approval 1"},
            {"verdict", "approve"},
            {"request", request.id},
            {"step", step.name},
            {"signer", signer->name},
            {"key_sha256", request.fingerprint},
            {"requester", transaction.accounts.name_of(request.requester)},
            {"beneficiary", transaction.accounts.name_of(request.beneficiary)},
            {"policy", request.policy},
            {"reason", request.reason},
            {"signatures", request.count},
            {"window", to_text(request.window)},
            {"created", to_rfc3339(request.created)},
            {"networks", request.networks},
            {"metadata", request.metadata}};
  form["starts"] = request.starts ? json(to_rfc3339(*request.starts)) : json();
  form["digests_sha256"] = request.bound
                               ? json(hash_of_digests(transaction.requests.digests(
                                     request.id, "", std::numeric_limits<std::int64_t>::max())))
                               : json();
  return form.dump();
}

std::string hash_of_digests(std::vector<BoundDigest> digests) {
  std::ranges::sort(digests, {}, &BoundDigest::digest);
  std::string lines;
  for (const BoundDigest& each : digests)
    lines += each.digest + " " + std::to_string(each.times) + " " + each.name + "\n";
  return to_hex(sha256(as_bytes(lines)));
}

}  // namespace countersign
