// The one line that tells a person why something was refused.
#pragma once

#include <string>
#include <string_view>

namespace countersign::module {

/// Writes lines to where the client configuration says. Never to stdout; never fails: a reason
/// that cannot be written is lost, the call's answer stays. Thread-safe.
class Report {
 public:
  /// `destination` is "stderr", "none", or the absolute path of a file that lines are added to.
  explicit Report(std::string destination);

  /// Writes "countersign: " and `text`, made printable, as one line in one write.
  void line(std::string_view text) const;

 private:
  std::string destination_;
};

}  // namespace countersign::module
