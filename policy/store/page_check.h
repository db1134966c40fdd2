// When the pages of a store that processes share were last checked, noted beside it.
#pragma once

#include <string>

namespace countersign {

/// Every process that shares a store opens it, perhaps for one signature; reading all of it each
/// time would cost seconds with a large one. So whoever comes first after a start of the machine,
/// an hour, a failure, or a change of file checks it for all. Damage that comes meanwhile is
/// noticed where it is read. Not thread-safe; processes may race, and then both check.
class PageCheck {
 public:
  /// For the store at `store`.
  explicit PageCheck(const std::string& store);

  /// Whether the pages are to be checked now.
  bool due() const;
  /// Notes that they are good. Where that cannot be noted, they are checked again next time.
  void passed() const;
  /// Has the next who opens the store check it.
  void forget() const;

 private:
  std::string store_;
  std::string note_;
};

}  // namespace countersign
