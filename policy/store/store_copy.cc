#include "policy/store/store_copy.h"

#include <stdexcept>
#include <utility>

#include "core/trusted_file.h"
#include "policy/store/connection.h"

namespace countersign {
StoreCopy::StoreCopy(Database& from, std::string path) : from_(from), path_(std::move(path)) {}

StoreCopy::~StoreCopy() {
  if (backup_ != nullptr) sqlite_api::sqlite3_backup_finish(backup_);
}

/// The copy is synced as a whole in the end, and thrown away when anything fails before.
void StoreCopy::connect() {
  to_ = std::make_unique<soci::session>(soci::sqlite3, "db=" + path_);
  for (const char* const statement :
       {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"})
    *to_ << statement;
  backup_ = sqlite_api::sqlite3_backup_init(connection_of(*to_), "main", connection_of(from_.sql()),
                                            "main");
  if (backup_ == nullptr) throw std::runtime_error(sqlite_api::sqlite3_errmsg(connection_of(*to_)));
}

Result<std::unique_ptr<StoreCopy>> StoreCopy::begin(Database& from, const std::string& path) {
  if (auto made = write_new_file("the backup", path, "", 0600); !made)
    return fail(std::move(made.error()));
  std::unique_ptr<StoreCopy> copy(new StoreCopy(from, path));
  try {
    copy->connect();
  } catch (const std::exception& thrown) {
    return fail(store_error(path, thrown));
  }
  return copy;
}

Result<bool> StoreCopy::copy_some(int pages) {
  int code = sqlite_api::sqlite3_backup_step(backup_, pages);
  const int known = std::exchange(size_, sqlite_api::sqlite3_backup_pagecount(backup_));
  // Otherwise a copy of a store that grows faster than it is copied would never be whole.
  if (code == SQLITE_OK && known > 0 && size_ > known)
    code = sqlite_api::sqlite3_backup_step(backup_, 2 * (size_ - known));
  if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) return false;
  if (code != SQLITE_DONE)
    return fail(store_error(path_, std::runtime_error(sqlite_api::sqlite3_errstr(code))));
  if (auto ended = end(); !ended) return fail(std::move(ended.error()));
  return true;
}

/// The store keeps a write-ahead log; the copy is to be one file.
Status StoreCopy::end() {
  try {
    const int code = sqlite_api::sqlite3_backup_finish(std::exchange(backup_, nullptr));
    if (code != SQLITE_OK) throw std::runtime_error(sqlite_api::sqlite3_errstr(code));
    *to_ << "PRAGMA journal_mode = DELETE";
    to_.reset();
  } catch (const std::exception& thrown) {
    return fail(store_error(path_, thrown));
  }
  return {};
}

Status StoreCopy::finish(const std::string& path) {
  if (auto synced = sync_and_forget(path); !synced) return synced;
  try {
    soci::session copy(soci::sqlite3, "db=" + path);
    return quick_check(copy, path);
  } catch (const std::exception& thrown) {
    return fail(store_error(path, thrown));
  }
}

}  // namespace countersign
