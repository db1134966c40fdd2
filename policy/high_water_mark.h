// How far the log had come, kept apart from the store: an older store in its place is noticed.
#pragma once

#include <string>

#include "core/result.h"

namespace countersign {

/// A file of one disk sector with the newest signed head of the log. It is written in place, so
/// that a crash leaves the old or the new head and a full disk does no harm. Not thread-safe.
class HighWaterMark {
 public:
  /// Makes the file, durably. Errors: `file_exists`, `file_unwritable`.
  static Status create(const std::string& path, const std::string& head);
  /// Opens a file that is there. Errors: `file_missing`, `file_not_trusted`, `file_unreadable`.
  static Result<HighWaterMark> open(const std::string& path);

  HighWaterMark(HighWaterMark&& other) noexcept;
  HighWaterMark& operator=(HighWaterMark&&) = delete;
  ~HighWaterMark();

  const std::string& path() const { return path_; }
  /// The note in the file; whatever stands there when somebody else wrote it.
  const std::string& head() const { return head_; }

  /// Whether the file that is written is still the one under its path.
  bool in_place() const;

  /// Puts `head` into the file; it outlives the process at once, a crash of the machine after
  /// sync(). After an error nothing is believed of the file: the next call writes and syncs it.
  /// Error: `store_mark_failed`.
  Status advance(const std::string& head);
  /// Error: as advance().
  Status sync();

 private:
  HighWaterMark(std::string path, int descriptor, std::string head);
  Status failed(const std::string& reason);

  std::string path_;
  int descriptor_;
  std::string head_;
  bool believed_ = true;
  bool synced_ = true;
};

}  // namespace countersign
