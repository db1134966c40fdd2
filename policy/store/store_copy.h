// A copy of the store that is made while the store is worked on.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "policy/store/database.h"

namespace sqlite_api {
struct sqlite3_backup;
}

namespace countersign {

/// Made a few pages at a time; what is committed through `from` between two of them gets into the
/// copy as well, so that it is the store as it is when the copy is whole. Not thread-safe; ends
/// before `from` does, and never in the middle of a transaction.
class StoreCopy {
 public:
  /// Begins a copy in the file at `path`, which it makes. Errors: `file_exists`,
  /// `file_unwritable`, those of store_error().
  static Result<std::unique_ptr<StoreCopy>> begin(Database& from, const std::string& path);
  StoreCopy(const StoreCopy&) = delete;
  StoreCopy& operator=(const StoreCopy&) = delete;
  /// What is not whole by then is no store; the file stays.
  ~StoreCopy();

  /// Copies so many pages more, all with -1, and then twice as many as the store has grown by since
  /// the last call. Returns whether the copy is whole: one file, not yet
  /// synced. Errors: those of store_error().
  Result<bool> copy_some(int pages);

  /// Makes the whole copy at `path` outlive a crash of the machine, and checks its pages. Opens no
  /// other file. Errors: those of store_error().
  static Status finish(const std::string& path);

 private:
  StoreCopy(Database& from, std::string path);
  void connect();
  Status end();

  Database& from_;
  std::string path_;
  std::unique_ptr<soci::session> to_;
  sqlite_api::sqlite3_backup* backup_ = nullptr;
  int size_ = 0;  ///< pages of the store at the last call
};

}  // namespace countersign
