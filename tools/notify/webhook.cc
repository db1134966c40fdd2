#include "tools/notify/webhook.h"

#include <utility>

#include "core/crypto.h"
#include "core/encoding.h"
#include "core/trusted_file.h"
#include "tools/notify/delivery.h"
#include "tools/notify/event_text.h"
#include "tools/notify/transfer.h"

namespace countersign::notify {
namespace {

/// As many bytes as make guessing pointless.
constexpr std::size_t shortest_key = 16;

class Webhook final : public Delivery {
 public:
  Webhook(WebhookConfig config, Milliseconds time_limit)
      : config_(std::move(config)), time_limit_(time_limit) {}

  /// The key is read anew each time, so that another can take its place.
  Status deliver(const Event& event, const std::stop_token& stop) override {
    const auto key = read_secret_file("webhook key", config_.key_file);
    if (!key) return fail(key.error());
    if (key->size() < shortest_key)
      return fail(ErrorKind::invalid, "bad_key",
                  "webhook key " + config_.key_file + " has less than 16 bytes",
                  "make one with: openssl rand -hex 32");
    const std::string body = event_json(event);
    const std::string time = std::to_string(to_unix_ms(SystemClock().now()) / 1000);
    Transfer transfer(config_.url, config_.ca, time_limit_);
    transfer.add_header("Content-Type: application/json");
    transfer.add_header("Expect:");
    transfer.add_header("User-Agent: countersign-notify/" COUNTERSIGN_VERSION);
    transfer.add_header("Countersign-Time: " + time);
    transfer.add_header("Countersign-Id: " + event.id);
    transfer.add_header("Countersign-Signature: sha256=" +
                        webhook_signature(key->view(), time, event.id, body));
    curl_easy_setopt(transfer.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(transfer.get(), CURLOPT_POSTFIELDS, body.data());
    if (auto sent = transfer.run(stop); !sent) return sent;
    const long status = transfer.http_status();
    if (status >= 200 && status < 300) return {};
    return fail(ErrorKind::unavailable, "not_delivered",
                "the server answers with status " + std::to_string(status));
  }

 private:
  const WebhookConfig config_;
  const Milliseconds time_limit_;
};

}  // namespace

std::string webhook_signature(std::string_view key, std::string_view time, std::string_view id,
                              std::string_view body) {
  std::string text(time);
  text.append(".").append(id).append(".").append(body);
  return to_hex(hmac_sha256(as_bytes(key), as_bytes(text)));
}

std::unique_ptr<Delivery> make_webhook(const WebhookConfig& webhook, Milliseconds time_limit) {
  return std::make_unique<Webhook>(webhook, time_limit);
}

}  // namespace countersign::notify
