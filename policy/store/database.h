// The store's file: opened alone or together with others, checked, and of the schema this version
// knows.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"

namespace soci {
class session;
}

namespace countersign {

/// Who else may work on a store while it is open.
enum class Holding {
  alone,  ///< nobody: a daemon's
  shared  ///< other processes that open it so: the embedded shape's
};

/// One connection to a SQLite store (WAL, synchronous=FULL). Not thread-safe. Not to be open while
/// the process forks: SQLite would take the parent's locks for the child's own. Whoever uses sql()
/// must be ready for soci::soci_error; PolicyStore::run() catches them.
class Database {
 public:
  /// Makes a new store with the newest schema; the file must not exist. Errors: `file_exists`,
  /// `store_failed`.
  static Result<std::unique_ptr<Database>> create(const std::string& path);
  /// Opens a store, checks its pages as the disk has them, and brings its schema up to date. What
  /// is then in it outlives a crash of the machine, even after an fsync(2) that failed. A shared
  /// one is checked when PageCheck says so. Errors:
  /// `file_missing`, `file_not_trusted`, `store_foreign` (no Countersign store), `store_newer`,
  /// those of store_error().
  static Result<std::unique_ptr<Database>> open(const std::string& path, Holding holding);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  soci::session& sql() { return *session_; }
  const std::string& path() const { return path_; }
  Holding holding() const { return holding_; }
  /// Has whoever opens the store next check its pages, too.
  void distrust() const;

 private:
  Database(std::string path, Holding holding);
  void connect();
  Status check();
  void migrate();

  std::string path_;
  Holding holding_;
  bool checks_pages_ = true;
  std::unique_ptr<soci::session> session_;
};

/// Syncs a file and has the kernel forget it: after a failed fsync(2) its memory may hold what the
/// disk does not, and the next one may succeed all the same; what is read after this comes from
/// the disk. Error: `store_failed`.
Status sync_and_forget(const std::string& path);

/// Checks the pages of an open store; `path` names it in the error, `store_damaged`. Throws what
/// the database throws.
Status quick_check(soci::session& sql, const std::string& path);

/// The error for something thrown while the store was used; nothing was committed. Codes:
/// `store_in_use`, `store_damaged`, `store_full`, `store_failed` (the disk, or what may be done
/// with it), `store_work_failed` (this piece of work; the store is not to blame).
Error store_error(const std::string& path, const std::exception& thrown);

}  // namespace countersign
