#include "gateway/server/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <mutex>

namespace countersign::server {
namespace {

constinit std::mutex mutex;
int users = 0;
std::array<bool, STDERR_FILENO + 1> taken{};  // by us

/// Opening gives the lowest free descriptor.
void take() {
  for (std::size_t each = 0; each < taken.size(); ++each) {
    if (fcntl(static_cast<int>(each), F_GETFD) >= 0) continue;
    const int opened = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (opened == static_cast<int>(each))
      taken.at(each) = true;
    else if (opened >= 0)
      close(opened);
  }
}

void give_back() {
  for (std::size_t each = 0; each < taken.size(); ++each) {
    if (taken.at(each)) close(static_cast<int>(each));
    taken.at(each) = false;
  }
}

}  // namespace

StandardDescriptors::StandardDescriptors() {
  const std::lock_guard lock(mutex);
  if (users++ == 0) take();
}

StandardDescriptors::~StandardDescriptors() {
  const std::lock_guard lock(mutex);
  if (--users == 0) give_back();
}

}  // namespace countersign::server
