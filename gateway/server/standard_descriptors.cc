#include "gateway/server/standard_descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
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

/// Whether nobody has put something else in its place meanwhile. A host that duplicates its own
/// /dev/null there means it for its children too.
bool still_ours(int descriptor) {
  struct stat held {};
  struct stat null {};
  return fcntl(descriptor, F_GETFD) == FD_CLOEXEC && fstat(descriptor, &held) == 0 &&
         stat("/dev/null", &null) == 0 && held.st_dev == null.st_dev && held.st_ino == null.st_ino;
}

void give_back() {
  for (std::size_t each = 0; each < taken.size(); ++each) {
    if (taken.at(each) && still_ours(static_cast<int>(each))) close(static_cast<int>(each));
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
