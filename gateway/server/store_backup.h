// Backups of the store: in the folder that the configuration names, whole or not there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"

namespace countersign::server {

/// One backup on its way; the only one in its folder, for other processes too. Until keep() it has
/// a name that nobody takes for a backup, and without keep() it is removed. Not thread-safe.
class StoreBackup {
 public:
  /// Takes the folder, removes what a killed process left in it, and draws a name. `folder` may be
  /// empty. Errors: `no_backup_folder`, `file_not_trusted`, `file_unwritable`, `backup_running`.
  static Result<std::unique_ptr<StoreBackup>> begin(const std::string& folder);
  StoreBackup(const StoreBackup&) = delete;
  StoreBackup& operator=(const StoreBackup&) = delete;
  ~StoreBackup();

  /// Where the store is to be copied to.
  const std::string& partial() const { return partial_; }
  /// What it is called in the end.
  const std::string& file() const { return file_; }

  /// Makes the copy outlive a crash of the machine and checks it; its size in bytes. Takes its
  /// time. Errors: those of StoreCopy::finish(), `file_unwritable`.
  Result<std::int64_t> finish();

  /// Gives the finished copy its name, durably. Error: `file_unwritable`.
  Status keep();

 private:
  StoreBackup(std::string folder, int descriptor);
  void remove_leftovers() const;
  void draw_name();

  std::string folder_;
  int descriptor_;  ///< of the folder; its lock is ours
  std::string partial_;
  std::string file_;
};

/// Removes what a killed process left in the folder, unless another makes a backup there right now.
/// Errors: as StoreBackup::begin().
Status remove_partial_backups(const std::string& folder);

}  // namespace countersign::server
