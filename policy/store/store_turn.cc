#include "policy/store/store_turn.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace countersign {
namespace {

constexpr std::chrono::seconds longest_wait{20};

// The two locks: bytes of the file. Only one process at a time looks whether it may come in, so it
// can look often; at the door there may be many.
constexpr int door = 0;
constexpr int inside = 1;
constexpr std::chrono::microseconds pause_at_door{500};
constexpr std::chrono::microseconds pause_before_inside{50};

}  // namespace

StoreTurn::StoreTurn(const std::string& path)
    : descriptor_(open((path + "-turn").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (descriptor_ < 0) throw std::runtime_error(path + "-turn cannot be opened");
}

StoreTurn::~StoreTurn() {
  close(descriptor_);
}

/// Locks of the open file, not of the process: closing another descriptor of it drops none.
bool StoreTurn::lock(short type, int place) noexcept {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = place;
  range.l_len = 1;
  return fcntl(descriptor_, F_OFD_SETLK, &range) == 0;
}

void StoreTurn::wait_for(int place, std::chrono::microseconds pause) {
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  while (!lock(F_WRLCK, place)) {
    if (std::chrono::steady_clock::now() >= deadline)
      throw std::runtime_error("busy: another process does not let go of it");
    std::this_thread::sleep_for(pause);
  }
}

void StoreTurn::take() {
  try {
    wait_for(door, pause_at_door);
    wait_for(inside, pause_before_inside);
  } catch (...) {
    lock(F_UNLCK, door);
    throw;
  }
  lock(F_UNLCK, door);
}

void StoreTurn::give_up() noexcept {
  lock(F_UNLCK, inside);
}

}  // namespace countersign
