// The daemon's diagnostics: lines on stderr, which systemd carries to the journal.
#pragma once

#include <memory>

#include "core/log_sink.h"

namespace countersign::server {

/// A sink that writes one line on stderr for each text: with the priority prefix of sd-daemon(3)
/// when systemd reads them (JOURNAL_STREAM is set), else with time and severity. Debug texts are
/// left out. Thread-safe.
std::unique_ptr<LogSink> make_diagnostics();

}  // namespace countersign::server
