#include "tools/notify/delivery.h"

namespace countersign::notify {
namespace {

struct Maker {
  const HandlerConfig& handler;
  const NotifyConfig& config;

  std::unique_ptr<Delivery> operator()(const WebhookConfig& webhook) const {
    return make_webhook(webhook, handler.time_limit);
  }
  std::unique_ptr<Delivery> operator()(const MailConfig& mail) const {
    return make_mail(mail, config.addresses, handler.time_limit);
  }
  std::unique_ptr<Delivery> operator()(const CommandConfig& command) const {
    return make_command(command, handler.time_limit);
  }
  std::unique_ptr<Delivery> operator()(const JournalConfig& /*journal*/) const {
    return make_journal();
  }
};

}  // namespace

std::unique_ptr<Delivery> make_delivery(const HandlerConfig& handler, const NotifyConfig& config) {
  return std::visit(Maker{handler, config}, handler.kind);
}

}  // namespace countersign::notify
