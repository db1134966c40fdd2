// Requests to use a key: asked for, answered, ended.
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
  std::vector<Fact> claimed = {};  ///< what the requester says of himself, for those who answer
};

/// Files a request. Errors: `bad_text`, `no_policy`, `no_approval_needed`, `above_ceiling` (names
/// the ceiling), `bad_metadata`, `digests_missing` and `too_many_active` as the policy demands,
/// `count_is_bound` (a count besides digests), `too_many_requests` (20 open ones of
/// this caller for this signer).
Result<Request> create_request(Transaction& transaction, const Caller& caller, const Signer& signer,
                               const NewRequest& wish);

/// What a signature that only lacks an approval waits for: the caller's pending request for this
/// very digest, or for any; filed now when there is none. Errors: those of create_request().
Result<Request> request_for_signature(Transaction& transaction, const Caller& caller,
                                      const Signer& signer, const std::string& digest,
                                      const std::vector<Fact>& claimed);

/// Withdraws the caller's own pending request. Errors: `not_pending`, `not_allowed`, `bad_text`.
Result<Request> cancel_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment);

/// Ends anybody's pending request. Errors: `not_pending`, `comment_missing`, `bad_text`.
Result<Request> end_request(Transaction& transaction, const Caller& caller, RequestId id,
                            const std::string& comment);

/// Ends an active request. Errors: `not_active`, `comment_missing`, `bad_text`.
Result<Request> revoke_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment);

/// Ends every pending and active request for a signer by these two actions. Returns their numbers,
/// separated by commas, for the record of the change that ends them.
std::string end_open_requests(Transaction& transaction, SignerId signer, RequestAction pending,
                              RequestAction active);

}  // namespace countersign
