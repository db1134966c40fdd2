// The store of everything Countersign knows, and the one way to work on it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "policy/head_seal.h"
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
  /// returns; gives each one's own status. When a transaction fails, each piece is tried once more
  /// in one of its own, so that none suffers from another; what fails then has the store's error
  /// and left nothing: `store_busy` when other processes kept a shared store too long. With
  /// must_reopen(), what failed may turn out to be committed when the store is opened again;
  /// nothing is then tried any more.
  std::vector<Status> run(std::span<const Work> batch);
  Status run(const Work& work) { return run(std::span(&work, 1)).front(); }

  /// The requests whose state the last run() set, whether or not that was committed.
  const std::vector<RequestId>& changed_requests() const;

  /// Checks the store against the mark at `path`, and keeps the mark from now on: what run() did
  /// counts when the mark knows of it. A mark that is taken away later is made anew when its
  /// folder is there: the open store is the newest. Errors: `recovery_needed` (the store is older
  /// than the mark or has another history, or there is no mark that its log key signed), those of
  /// HighWaterMark::open().
  Status keep_mark(const std::string& path);
  /// Checks that the log begins with all that `head` stands for, which log_head() gave before the
  /// store was opened again. Error: `recovery_needed`.
  Status check_continues(const std::string& head);
  /// Makes the mark outlive a crash of the machine; run() alone makes it outlive the process.
  /// Errors: `store_mark_failed`.
  Status sync_mark();

  /// The head of the log as committed last, sealed for this gateway.
  const std::string& log_head() const;

  /// Why the store or its mark does not work, as seen last; nothing when it does.
  const std::optional<Error>& failure() const;
  /// Whether the store has to be closed and opened again: what is in memory, here and in the
  /// kernel, may not be what is on the disk.
  bool must_reopen() const;

  /// Begins a copy of the store in a new file, in the place of one that is not whole. Errors: those
  /// of StoreCopy::begin().
  Status begin_copy(const std::string& path);
  /// Copies so many pages, all that are left with -1; whether the copy is whole. Not without
  /// begin_copy(). Errors: those of StoreCopy::copy_some(); the copy is then given up.
  Result<bool> copy_some(int pages);
  /// Gives up what is not whole.
  void end_copy();

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
  Status renew_mark();
  Status begins_with(const std::string& note, const std::string& whose);
  std::vector<Status> attempt(std::span<const Work> batch);
  void catch_up();
  void note(const Error& error);
  Error error_of(const std::exception& thrown) const;
  Status isolated(const Work& work, Transaction& transaction);
  void commit(Time now);
  void undo();

  std::unique_ptr<Parts> parts_;
};

}  // namespace countersign
