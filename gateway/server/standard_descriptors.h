// Descriptors 0 to 2 of a host process that has closed some of them.
#pragma once

namespace countersign::server {

/// While one of these lives, the host's closed standard descriptors lead to /dev/null, so that no
/// file that SQLite or a token library opens becomes somebody's stdout; afterwards they are closed
/// again. Thread-safe.
class StandardDescriptors {
 public:
  StandardDescriptors();
  StandardDescriptors(const StandardDescriptors&) = delete;
  StandardDescriptors& operator=(const StandardDescriptors&) = delete;
  ~StandardDescriptors();
};

}  // namespace countersign::server
