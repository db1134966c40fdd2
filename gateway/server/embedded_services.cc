#include "gateway/server/embedded_services.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/exit_gate.h"
#include "gateway/client/http_admin_service.h"
#include "gateway/client/http_signing_service.h"
#include "gateway/client/wire.h"
#include "gateway/server/fork_gate.h"
#include "gateway/server/gateway_api.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/peer.h"
#include "gateway/server/shared_store.h"
#include "gateway/server/standard_descriptors.h"
#include "gateway/server/store_pin_lock.h"

namespace countersign::server {

/// The parts that a daemon has, without its threads. In the order of construction: each uses those
/// above it.
class EmbeddedGateway {
 public:
  EmbeddedGateway(GatewayConfig read, std::shared_ptr<LogSink> sink)
      : config_(std::move(read)),
        log_(std::move(sink)),
        store_(config_),
        pin_lock_(store_, config_.store),
        tokens_(hsm::tokens_in_this_process(config_.tokens, pin_lock_), hsm::TokenThreads::callers),
        signing_(tokens_, store_, config_.verify, TokenErrors::for_callers, *log_),
        checks_(store_, tokens_),
        presence_(config_.name, embedded_shape),
        api_({store_, tokens_, signing_, checks_, presence_, config_.backups}) {}

  ApiAnswer answer(ApiRequest request) {
    const StandardDescriptors kept;
    ApiAnswer answer;
    // The parts work on this thread, so the answer is there when handle() returns.
    api_.handle(std::move(request), [&answer](ApiAnswer given) { answer = std::move(given); });
    if (!watches_exit_ && a_token_is_loaded()) {
      watches_exit_ = true;
      ExitGate::watch();
    }
    return answer;
  }

 private:
  bool a_token_is_loaded() const {
    const auto all = tokens_.statuses();
    return std::ranges::any_of(
        all, [](const hsm::TokenStatus& each) { return each.state == hsm::TokenState::ready; });
  }

  const GatewayConfig config_;
  const std::shared_ptr<LogSink> log_;
  SharedStore store_;
  StorePinLock pin_lock_;
  hsm::TokenSet tokens_;
  SigningCalls signing_;
  ContainerChecks
      checks_;  ///< without its thread: nothing is started in a process that is not ours
  Presence presence_;
  GatewayApi api_;
  std::atomic<bool> watches_exit_{false};
};

namespace {

class InThisProcess final : public Transport {
 public:
  InThisProcess(std::shared_ptr<EmbeddedGateway> gateway, std::optional<SecureBytes> token)
      : gateway_(std::move(gateway)), token_(std::move(token)) {}

  Result<HttpAnswer> exchange(const HttpRequest& request, Deadline deadline) override;

 private:
  const std::shared_ptr<EmbeddedGateway> gateway_;
  const std::optional<SecureBytes> token_;
};

Result<HttpAnswer> InThisProcess::exchange(const HttpRequest& request, Deadline /*deadline*/) {
  auto peer = peer_of_this_process();
  if (!peer) return fail(std::move(peer.error()));
  ForkGate& gate = ForkGate::of_this_process();
  if (!gate.usable())
    return fail(ErrorKind::unavailable, "process_not_usable",
                "this process was forked while another thread was signing",
                "fork when nothing is being signed");
  const ForkGate::Passage passage(gate);
  auto bearer = token_ ? std::optional(token_->copy()) : std::nullopt;
  ApiAnswer answer = gateway_->answer(
      {std::move(*peer), std::move(bearer), request.method, request.target, request.body});
  HttpAnswer given{answer.status, std::move(answer.body), std::nullopt};
  if (answer.retry_after_seconds)
    given.retry_after = std::chrono::seconds(*answer.retry_after_seconds);
  return given;
}

void take_down(EmbeddedGateway* gateway) {
  const StandardDescriptors kept;
  const ForkGate::Passage passage(ForkGate::of_this_process());
  delete gateway;
}

}  // namespace

EmbeddedServices::EmbeddedServices(std::shared_ptr<EmbeddedGateway> gateway)
    : gateway_(std::move(gateway)) {}

Result<EmbeddedServices> EmbeddedServices::open(const std::string& gateway_config,
                                                std::shared_ptr<LogSink> log) {
  auto config =
      read_gateway_config(gateway_config.empty() ? default_gateway_config : gateway_config);
  if (!config) return fail(std::move(config.error()));
  return EmbeddedServices(std::shared_ptr<EmbeddedGateway>(
      new EmbeddedGateway(std::move(*config), std::move(log)), take_down));
}

std::unique_ptr<SigningService> EmbeddedServices::signing(std::optional<SecureBytes> token,
                                                          Milliseconds patience) const {
  return make_http_signing_service(std::make_unique<InThisProcess>(gateway_, std::move(token)),
                                   patience);
}

std::unique_ptr<AdminService> EmbeddedServices::admin(std::optional<SecureBytes> token,
                                                      Milliseconds patience) const {
  return make_http_admin_service(std::make_unique<InThisProcess>(gateway_, std::move(token)),
                                 patience);
}

}  // namespace countersign::server
