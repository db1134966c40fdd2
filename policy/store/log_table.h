// The log's rows and its growing tree: records are appended here and nowhere else.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/head_seal.h"
#include "policy/model/log_record.h"
#include "policy/model/merkle.h"
#include "policy/model/tree_head.h"
#include "policy/store/meta_table.h"

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class LogTable {
 public:
  LogTable(soci::session& sql, MetaTable& meta, HeadSeal seal);
  ~LogTable();

  /// Checks that the stored head is sealed by our key and stands for the rows there are, and takes
  /// the tree up from there. Errors: `log_damaged`, those of HeadSeal::open().
  Status load();

  /// Takes the tree up again where other processes have appended to it. Errors: those of load().
  Status catch_up();

  /// Seals the head of the empty log of a new store.
  void start();

  /// Appends a record at `now`; it counts when the transaction commits.
  RecordNumber append(const LogEntry& entry, Time now);

  /// Seals the head over all that was appended; called once before each commit that appended. Once
  /// a second the store gets a signed head, too.
  void seal();
  bool sealed() const { return sealed_; }

  /// The tree as it stands, to go back to when a piece of work is undone.
  Frontier position() const { return tree_; }
  void go_back(Frontier position) { tree_ = std::move(position); }

  /// After a failed transaction: what is in memory may be ahead of the store; load() before use.
  void distrust() { trusted_ = false; }
  bool trusted() const { return trusted_; }

  /// Whether the log begins with just the records that `head` stands for.
  bool extends(const TreeHead& head);

  /// Checks each record as `log verify` does, and that all of them are what the head stands for.
  /// Errors: `log_damaged`.
  Status verify();

  /// Records after `after`, oldest first, at most `limit`.
  std::vector<LogRecord> list(RecordNumber after, std::size_t limit);
  /// That somebody did something at `since` or later, as often as it may have been: signatures that
  /// were allowed, and changes. Reading is not recorded.
  struct Deed {
    AccountId account = 0;
    SignerId signer = 0;    ///< 0: of none
    std::string operation;  ///< name of the row in the operation table
    std::int64_t whom = 0;  ///< the principal or account that a change was about; 0: none
    std::int64_t what = 0;  ///< the role or group, likewise
  };
  std::vector<Deed> deeds_since(Time since);

  /// The record of `kind` with this operation id.
  std::optional<LogRecord> find(const std::string& operation, std::string_view kind);

  /// The last seal: for this gateway alone.
  const std::string& head() const { return head_; }
  /// The signed note over what was sealed last, and the key that verifies it.
  std::string signed_head() const { return seal_.sign(sealed_head_); }
  std::string verifier() const { return seal_.verifier(); }
  Result<TreeHead> open_head(const std::string& note) const { return seal_.open(note); }

 private:
  struct Prepared;
  struct Row;
  Status take_up(const std::string& head);
  soci::session& sql_;
  MetaTable& meta_;
  const HeadSeal seal_;
  Frontier tree_;
  std::string head_;
  TreeHead sealed_head_;
  std::chrono::steady_clock::time_point signed_at_;
  bool sealed_ = true;
  bool trusted_ = false;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
