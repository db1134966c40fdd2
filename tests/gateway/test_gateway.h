// A listener with an Api that the test scripts, served in a thread of its own.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/server/http_listener.h"
#include "tests/gateway/temporary_folder.h"

namespace countersign::server {

/// Answers with what it was asked, or does what the test wants instead.
class ScriptedApi final : public Api {
 public:
  using Done = std::function<void(ApiAnswer)>;
  using Script = std::function<void(ApiRequest, Done)>;

  explicit ScriptedApi(Script script) : script_(std::move(script)) {}

  BodySize largest_body(std::string_view /*method*/, std::string_view target) const override {
    if (target.ends_with("/huge")) return BodySize::huge;
    return target.ends_with("/large") ? BodySize::large : BodySize::usual;
  }
  void handle(ApiRequest request, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      ++calls_;
    }
    script_(std::move(request), std::move(done));
  }
  int calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  static void echo(const ApiRequest& request, const Done& done) {
    const nlohmann::json body{{"method", request.method},
                              {"target", request.target},
                              {"body_size", request.body.size()},
                              {"body", request.body.substr(0, 100)},
                              {"bearer", request.bearer ? request.bearer->view() : ""},
                              {"uid", request.peer.uid},
                              {"gid", request.peer.gid},
                              {"pid", request.peer.pid},
                              {"groups", request.peer.groups}};
    done({200, body.dump(), std::nullopt});
  }

 private:
  const Script script_;
  mutable std::mutex mutex_;
  int calls_ = 0;
};

class SilentLog final : public LogSink {
 public:
  void write(Severity /*severity*/, std::string_view /*text*/) override {}
};

class TestGateway {
 public:
  explicit TestGateway(ScriptedApi::Script script = ScriptedApi::echo,
                       const ListenerLimits& limits = {})
      : api_(std::move(script)) {
    GatewayConfig config;
    config.socket = socket();
    auto listener = HttpListener::open(config, api_, log_, limits);
    if (!listener) throw std::runtime_error(listener.error().text());
    listener_ = std::move(*listener);
    chmod(folder_.path(".").c_str(), 0711);  // other users may come in
    thread_ = std::thread([this] { listener_->run(); });
  }
  TestGateway(const TestGateway&) = delete;
  TestGateway& operator=(const TestGateway&) = delete;
  ~TestGateway() {
    if (listener_) listener_->stop();
    join();
  }

  std::string socket() const { return folder_.path("gateway.sock"); }
  ScriptedApi& api() { return api_; }
  void stop() { listener_->stop(); }
  /// Waits until run() returned.
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  /// Destroys the stopped listener, while the Api lives on.
  void destroy_listener() { listener_.reset(); }

 private:
  const TemporaryFolder folder_;
  ScriptedApi api_;
  SilentLog log_;
  std::unique_ptr<HttpListener> listener_;
  std::thread thread_;
};

}  // namespace countersign::server
