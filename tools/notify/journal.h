// Lines on standard error in the form that systemd's journal reads (sd-daemon(3)).
#pragma once

#include <string_view>

#include "core/log_sink.h"

namespace countersign::notify {

/// What the service has to say of itself. Thread-safe.
class JournalLines final : public LogSink {
 public:
  void write(Severity severity, std::string_view text) override;
};

}  // namespace countersign::notify
