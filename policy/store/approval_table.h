// The active requests, as a decision reads them and a signature takes from them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/request.h"
#include "policy/store/remembered.h"

namespace soci {
class session;
}

namespace countersign {

class WriteWatch;

/// Works on the table of requests, and remembers those that are bound to no digest until something
/// else writes there. Not thread-safe. Throws what the database throws; PolicyStore::run() catches
/// it.
class ApprovalTable {
 public:
  ApprovalTable(soci::session& sql, const WriteWatch& watch);
  ~ApprovalTable();

  /// The active requests by which `beneficiary` may sign and whose window is open at `now`, soonest
  /// end first, at most 16. `digest` (hex) leaves out those bound to others; empty: whatever they
  /// are bound to. They come without reason, window, metadata and facts.
  std::vector<Request> fitting(SignerId signer, AccountId beneficiary, const std::string& digest,
                               Time now);

  /// Stores how many signatures of `request` are taken, and the state that follows on its own.
  void set_used(const Request& request, std::int64_t used, RequestState after);
  /// Adds `change` to what is taken of a digest that the request is bound to.
  void use_digest(RequestId request, const std::string& digest, std::int64_t change);

 private:
  struct Prepared;
  using Question = std::pair<SignerId, AccountId>;

  soci::session& sql_;
  Remembered<Question, std::vector<Request>> known_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
