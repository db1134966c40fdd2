// The store as long as it works, and how it comes back when it failed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/policy_store.h"

namespace countersign::server {

/// After a failure of the disk nothing that is in memory is believed: the store is closed, opened
/// again once a second when it is wanted, checked as at every start, and used only when its log
/// goes on from where this process knows it to have come. Not thread-safe.
class StoreKeeper {
 public:
  /// Opens and checks the store; called again after a failure.
  using Open = std::function<Result<std::unique_ptr<PolicyStore>>()>;

  /// Without `opened`, the store is opened when it is first used.
  explicit StoreKeeper(Open open, std::unique_ptr<PolicyStore> opened = nullptr);

  /// As PolicyStore::run(). While the store does not work each piece gets the reason, and nothing
  /// is done. Errors besides: those of `open`, `recovery_needed`.
  std::vector<Status> run(std::span<const PolicyStore::Work> batch);

  /// Makes the mark durable; when the store has failed, sees whether it works again. To be called
  /// now and then.
  void tend();

  /// As PolicyStore::begin_copy(), with the errors of run() besides.
  Status begin_copy(const std::string& path);
  /// As PolicyStore::copy_some(). Error besides: why the store has failed meanwhile.
  Result<bool> copy_some(int pages);
  void end_copy();

  /// Why the store that was open does not work, until a commit has succeeded again.
  const std::optional<Error>& failure() const { return failure_; }
  /// As PolicyStore::changed_requests().
  std::vector<RequestId> changed_requests() const;
  bool denials_pending() const { return store_ && store_->denials_pending(); }

  /// Closes it until it is next used.
  void close() { store_.reset(); }

 private:
  using Clock = std::chrono::steady_clock;

  Status open_again();
  void take_note();

  Open open_;
  std::unique_ptr<PolicyStore> store_;
  std::optional<Error> failure_;
  std::optional<std::string> known_head_;  ///< of the log, when the store had to be closed
  Clock::time_point next_try_;
};

}  // namespace countersign::server
