// The store of everything Countersign knows, and the one way to work on it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "policy/log_key.h"
#include "policy/store/database.h"
#include "policy/transaction.h"

namespace countersign {

/// Not thread-safe: one thread at a time. Nothing it knows outlives a transaction on a store that
/// other processes share.
class PolicyStore {
 public:
  /// A piece of work. When it returns an error, nothing of what it did stays. A denial that is to
  /// stay recorded is therefore no error of the work, but part of its result.
  using Work = std::function<Status(Transaction&)>;

  /// Makes a new, empty store at `path`. Errors: those of Database::create().
  static Result<std::unique_ptr<PolicyStore>> create(const std::string& path, LogKey key,
                                                     const std::string& origin, const Clock& clock);
  /// Opens a store and checks its log's head. Errors: those of Database::open(), `log_damaged`.
  static Result<std::unique_ptr<PolicyStore>> open(const std::string& path, LogKey key,
                                                   const std::string& origin, const Clock& clock,
                                                   Holding holding = Holding::alone);
  ~PolicyStore();

  /// Does the pieces of work in one transaction, in order, and commits it durably before it
  /// returns; gives each one's own status. When the store fails, each piece is tried once more in
  /// a transaction of its own, so that none suffers from another; what fails then has the store's
  /// error and left nothing: `store_busy` when other processes kept a shared store too long.
  std::vector<Status> run(std::span<const Work> batch);
  Status run(const Work& work) { return run(std::span(&work, 1)).front(); }

  /// Checks the store against the mark at `path`, and keeps the mark from now on: what run() did
  /// counts when the mark knows of it. Errors: `recovery_needed` (the store is older than the mark
  /// or has another history, or there is no mark that its log key signed), those of
  /// HighWaterMark::open().
  Status keep_mark(const std::string& path);
  /// Makes the mark outlive a crash of the machine; run() alone makes it outlive the process.
  /// Errors: `store_mark_failed`.
  Status sync_mark();

  /// The signed head of the log, as committed last.
  const std::string& log_head() const;

  /// Whether repeated denials are counted that a later piece of work has to record.
  bool denials_pending() const;

 private:
  struct Parts;
  explicit PolicyStore(std::unique_ptr<Parts> parts);
  static Result<std::unique_ptr<PolicyStore>> assemble(std::unique_ptr<Database> database,
                                                       LogKey key, const std::string& origin,
                                                       const Clock& clock, bool fresh);
  std::vector<Status> run_unmarked(std::span<const Work> batch);
  Status advance_mark();
  std::vector<Status> attempt(std::span<const Work> batch);
  void catch_up();
  Error error_of(const std::exception& thrown) const;
  Status isolated(const Work& work, Transaction& transaction);
  void commit(Time now);
  void undo();

  std::unique_ptr<Parts> parts_;
};

}  // namespace countersign
