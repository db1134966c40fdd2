// The signatures that count for rates: one row each for its caller and for the signer as a whole.
#pragma once

#include <memory>
#include <optional>

#include "core/clock.h"
#include "policy/model/ids.h"
#include "policy/model/rate.h"

namespace soci {
class session;
}

namespace countersign {

/// Rows are numbered without gaps, so that the one that a rate looks at is found by its number,
/// however many there are. They are written only where a policy has rates, and kept for the longest
/// interval that one can have. Not thread-safe. Throws what the database throws;
/// PolicyStore::run() catches it.
class RateTable {
 public:
  explicit RateTable(soci::session& sql);
  ~RateTable();

  /// Counts a signature made at `now`, which is no earlier than any that was counted.
  void count(SignerId signer, AccountId caller, Time now);

  /// When `rate` lets the caller sign with the signer again; nothing when it does at `now`.
  std::optional<Time> free_at(const Rate& rate, SignerId signer, AccountId caller, Time now);

 private:
  void count_for(SignerId signer, AccountId account, Time now);

  struct Prepared;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
