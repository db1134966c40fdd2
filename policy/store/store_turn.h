// Whose turn it is among the processes that share a store.
#pragma once

#include <chrono>
#include <string>

namespace countersign {

/// SQLite lets whoever happens to look at the right moment have the store next: a busy process then
/// keeps others from it for seconds. Here one process waits at the door and is next; all others,
/// the busy one included, wait for that place with equal chances. Locks on a file beside the
/// store's, which the kernel takes from a process that ends. Not thread-safe.
class StoreTurn {
 public:
  /// Opens, or makes, the file beside the store at `path`. Throws std::runtime_error.
  explicit StoreTurn(const std::string& path);
  StoreTurn(const StoreTurn&) = delete;
  StoreTurn& operator=(const StoreTurn&) = delete;
  ~StoreTurn();

  /// Waits for the turn, at most some 20 s. Throws std::runtime_error ("busy").
  void take();
  void give_up() noexcept;

 private:
  bool lock(short type, int place) noexcept;
  void wait_for(int place, std::chrono::microseconds pause);

  int descriptor_;
};

}  // namespace countersign
