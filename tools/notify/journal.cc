#include "tools/notify/journal.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "core/text.h"
#include "tools/notify/delivery.h"
#include "tools/notify/event_text.h"

namespace countersign::notify {
namespace {

/// syslog(3): debug, info, warning, error, by Severity.
constexpr std::array prefixes{"<7>", "<6>", "<4>", "<3>"};
constexpr const char* notice = "<5>";

/// One write(2), so that lines of several threads stay whole.
bool write_line(const char* prefix, std::string_view text) {
  const std::string line = std::string(prefix).append(text).append("\n");
  return write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

class Journal final : public Delivery {
 public:
  Status deliver(const Event& event, const std::stop_token& /*stop*/) override {
    if (write_line(notice, event_line(event))) return {};
    return fail(ErrorKind::unavailable, "not_delivered",
                "standard error cannot be written to: " + std::system_category().message(errno));
  }
};

}  // namespace

void JournalLines::write(Severity severity, std::string_view text) {
  (void)write_line(prefixes.at(static_cast<std::size_t>(severity)), printable(text));
}

std::unique_ptr<Delivery> make_journal() {
  return std::make_unique<Journal>();
}

}  // namespace countersign::notify
