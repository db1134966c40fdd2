// countersign-notify at work: a thread for each handler, so that none waits for another.
#pragma once

#include <stop_token>

#include "core/log_sink.h"
#include "core/result.h"
#include "tools/notify/notify_config.h"

namespace countersign::notify {

/// Tells until `stop` comes. What was not told by then is told by the next one that runs. Errors:
/// those of connect_gateway() and load_state(), `notify_running` when another one works on the same
/// state.
Status run_notify_service(const NotifyConfig& config, LogSink& log, const std::stop_token& stop);

}  // namespace countersign::notify
