// Requests to use a key: asked for, withdrawn, ended.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

struct NewRequest {
  std::string reason;
  std::optional<std::int64_t> count;   ///< left out: the policy's ceiling
  std::optional<Milliseconds> window;  ///< likewise
  /// Only these may be signed, each as often as it says; then there is no other count. At most
  /// 100,000, all different.
  std::vector<BoundDigest> digests = {};
  std::map<std::string, std::string> metadata = {};
  std::vector<std::string> networks = {};  ///< signed from these only; empty: from any
  std::optional<Time> starts = {};         ///< the window does not open before; within 30 days
  std::vector<Fact> claimed = {};  ///< what the requester says of himself, for those who answer
};

/// A request as it would be filed now: how much it covers and what it is bound to. Errors:
/// `bad_text`, `no_policy`, `no_approval_needed`, `above_ceiling` (names the ceiling),
/// `bad_metadata`, `digests_missing`, `network_missing` and `too_many_active` as the policy
/// demands, `bad_network` (none that callers can come from), `bad_start`, `count_is_bound` (a count
/// besides digests).
Result<Request> draft_request(Transaction& transaction, const Caller& caller,
                              const Account& beneficiary, const Signer& signer,
                              const NewRequest& wish);

/// Stores a draft, born by `action`, and records it as made by `operation`, with `data` besides.
Request add_request(Transaction& transaction, const Caller& caller, Request request,
                    const std::vector<BoundDigest>& digests, RequestAction action,
                    const char* operation,
                    std::vector<std::pair<std::string, std::string>> data = {});

/// Files a request for the caller himself. Errors: those of draft_request(), `too_many_requests`
/// (20 open ones of this caller for this signer).
Result<Request> create_request(Transaction& transaction, const Caller& caller, const Signer& signer,
                               const NewRequest& wish);

/// What a signature that only lacks an approval waits for: the caller's pending request for this
/// very digest, or for any; `wish` filed now when there is none. Errors: those of create_request().
Result<Request> request_for_signature(Transaction& transaction, const Caller& caller,
                                      const Signer& signer, const std::string& digest,
                                      NewRequest wish);

/// Ends a request by hand: its requester cancels it and who manages requests ends it while it is
/// pending, an admin of the signer revokes it while it is active. Recorded as done by `operation`.
/// Errors: those of find_for(), `comment_missing` (only to cancel takes none), `bad_text`.
Result<Request> stop_request(Transaction& transaction, const Caller& caller, RequestId id,
                             RequestAction action, const char* operation,
                             const std::string& comment);

/// Ends every pending and active request for a signer by these two actions. Returns their numbers,
/// separated by commas, for the record of the change that ends them.
std::string end_open_requests(Transaction& transaction, SignerId signer, RequestAction pending,
                              RequestAction active);

}  // namespace countersign
