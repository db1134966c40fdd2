// Where diagnostics for the operator go. Not the signing log: that is policy/'s, and proven.
#pragma once

#include <string_view>

namespace countersign {

enum class Severity { debug, info, warning, error };

/// Thread-safe. Texts never hold secrets; outside text in them has gone through printable().
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(Severity severity, std::string_view text) = 0;
};

}  // namespace countersign
