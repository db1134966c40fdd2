// Tells what is remembered of the store when it may have become wrong.
#pragma once

#include <cstdint>

namespace soci {
class session;
}

namespace countersign {

/// Watches one connection. The tables of the log, of requests and of counts are left out: what
/// every signature writes says nothing about who holds what. Rows of a table WITHOUT ROWID, and a
/// DELETE without WHERE, go unseen by SQLite's update hook: neither is to be used. Not thread-safe.
class WriteWatch {
 public:
  explicit WriteWatch(soci::session& sql);
  ~WriteWatch();
  WriteWatch(const WriteWatch&) = delete;
  WriteWatch& operator=(const WriteWatch&) = delete;

  /// Another number whenever something may have changed that rights rest on.
  std::uint64_t generation() const { return generation_; }
  /// To be called after what the connection does not see: an undone piece of work, another
  /// process.
  void changed() { ++generation_; }

 private:
  static void on_write(void* self, int operation, const char* database, const char* table,
                       long long row);

  soci::session& sql_;
  std::uint64_t generation_ = 0;
};

}  // namespace countersign
