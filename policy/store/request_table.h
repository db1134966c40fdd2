// Requests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/request.h"
#include "policy/model/signing_policy.h"

namespace soci {
class session;
}

namespace countersign {

/// Which requests to list; every field narrows.
struct RequestFilter {
  std::optional<SignerId> signer;
  std::optional<AccountId> requester;
  std::optional<RequestState> state;  ///< as stored
  std::optional<Time> open_at;        ///< only those whose time to be answered is not over then
  /// Only for these signers, of that requester, or one of these; nothing: whatever they are of.
  struct Among {
    std::vector<SignerId> signers;
    AccountId requester = 0;  ///< 0: of nobody
    std::vector<RequestId> requests;
  };
  std::optional<Among> among;
  RequestId after = 0;
  std::size_t limit = 100;
};

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class RequestTable {
 public:
  explicit RequestTable(soci::session& sql);
  ~RequestTable();

  RequestId add(const Request& request);
  std::optional<Request> find(RequestId id);
  std::vector<Request> list(const RequestFilter& filter);

  /// `told` if `beneficiary` may sign by it, or could have, else the latest of those.
  std::optional<Request> latest(SignerId signer, AccountId beneficiary,
                                std::optional<RequestId> told);

  std::int64_t count_active(SignerId signer, AccountId beneficiary, Time now);
  /// By which he signed with the signer, the latest first, at most `limit`.
  std::vector<Request> used_by(SignerId signer, AccountId beneficiary, std::size_t limit);
  /// The active ones that are preapprovals.
  std::vector<Request> preapproved(SignerId signer);
  /// The emergencies that nobody has reviewed yet, oldest first, at most 1,000.
  std::vector<Request> to_review();
  /// How many emergencies nobody has reviewed in time.
  std::int64_t count_overdue_reviews(SignerId signer, Time now);
  /// His emergency whose window is not over, however it ended, and that nobody has reviewed.
  std::optional<Request> unreviewed_emergency(SignerId signer, AccountId requester, Time now);

  /// His pending request that would let him sign `digest`: one bound to it, else one bound to none.
  std::optional<Request> pending_for(SignerId signer, AccountId requester, PolicyNumber policy,
                                     const std::string& digest, Time now);

  /// The pending requests that others made and `account` has not answered himself, with what they
  /// ask for; with `id`, that one alone. One query, whatever it finds.
  std::vector<std::pair<RequestId, SigningPolicy>> unanswered_by(AccountId account, Time now,
                                                                 std::optional<RequestId> id);

  /// The requests whose state was set since changes were forgotten, committed or not.
  const std::vector<RequestId>& changed() const { return changed_; }
  void forget_changes() { changed_.clear(); }

  /// When those who are to answer were reminded last; nothing: never.
  std::optional<Time> reminded(RequestId id);
  void set_reminded(RequestId id, Time time);

  void set_state(RequestId id, RequestState state);
  void activate(RequestId id, Time from, Time until);

  void add_digests(RequestId request, const std::vector<BoundDigest>& digests);
  /// By digest, from the one after `after` on, at most `limit`.
  std::vector<BoundDigest> digests(RequestId request, const std::string& after, std::size_t limit);

 private:
  struct Prepared;
  soci::session& sql_;
  std::vector<RequestId> changed_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
