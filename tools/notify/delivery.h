// The one thing that each kind of handler does its own way: to tell an event.
#pragma once

#include <memory>
#include <stop_token>

#include "core/result.h"
#include "tools/notify/event.h"
#include "tools/notify/notify_config.h"

namespace countersign::notify {

class Delivery {
 public:
  virtual ~Delivery() = default;

  /// Tells `event`, within the handler's time limit. When `stop` comes before that it gives up at
  /// once, and nobody knows whether the event was told. Errors: `not_delivered` and what else kept
  /// it from being told; no text in them is secret.
  virtual Status deliver(const Event& event, const std::stop_token& stop) = 0;
};

/// How `handler` tells. Not thread-safe; `config` is copied from.
std::unique_ptr<Delivery> make_delivery(const HandlerConfig& handler, const NotifyConfig& config);

std::unique_ptr<Delivery> make_webhook(const WebhookConfig& webhook, Milliseconds time_limit);
std::unique_ptr<Delivery> make_mail(const MailConfig& mail,
                                    const std::map<std::string, std::string>& addresses,
                                    Milliseconds time_limit);
std::unique_ptr<Delivery> make_command(const CommandConfig& command, Milliseconds time_limit);
std::unique_ptr<Delivery> make_journal();

}  // namespace countersign::notify
