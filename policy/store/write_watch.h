// Tells what is remembered of the store when it may have become wrong.
#pragma once

#include <cstdint>

namespace soci {
class session;
}

namespace countersign {

/// Watches one connection. Rights do not rest on the tables of the log, of requests and of counts,
/// which every signature writes. Rows of a table WITHOUT ROWID, and a
/// DELETE without WHERE, go unseen by SQLite's update hook: neither is to be used. Not thread-safe.
class WriteWatch {
 public:
  explicit WriteWatch(soci::session& sql);
  ~WriteWatch();
  WriteWatch(const WriteWatch&) = delete;
  WriteWatch& operator=(const WriteWatch&) = delete;

  /// Another number whenever something may have changed that rights rest on.
  const std::uint64_t& rights() const { return rights_; }
  /// Another number whenever a request may have changed.
  const std::uint64_t& requests() const { return requests_; }
  /// To be called after what the connection does not see: an undone piece of work, or a change that
  /// another process made.
  void changed() {
    ++rights_;
    ++requests_;
  }
  /// The same where another process may have signed, which is no change of rights.
  void requests_changed() { ++requests_; }

 private:
  static void on_write(void* self, int operation, const char* database, const char* table,
                       long long row);

  soci::session& sql_;
  std::uint64_t rights_ = 0;
  std::uint64_t requests_ = 0;
};

}  // namespace countersign
