// Requests and the answers to them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/request.h"

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
  std::optional<std::vector<SignerId>> among;  ///< only for these signers
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

  /// What a decision needs: the requester's active requests whose window is open at `now`, soonest
  /// end first, at most 16; when there is none, just his latest one.
  std::vector<Request> for_decision(SignerId signer, AccountId requester, Time now);

  void set_state(RequestId id, RequestState state);
  void activate(RequestId id, Time from, Time until);
  /// Stores how many signatures are taken, and the state that follows.
  void set_used(RequestId id, std::int64_t used, RequestState state);

  void add_response(RequestId request, const Response& response);
  std::vector<Response> responses(RequestId request);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
