#include "tests/attacker/gateway_in_hand.h"

#include <unistd.h>

#include <map>

#include "core/encoding.h"
#include "gateway/server/container_checks.h"
#include "tests/unit/test_keys.h"

namespace countersign::test {
namespace {

const SoftwareKey& key_of(const std::string& uri) {
  static std::map<std::string, SoftwareKey> keys;
  return keys.try_emplace(uri, SoftwareKey::ec("P-256")).first->second;
}

class StoreInHand final : public server::StoreAccess {
 public:
  explicit StoreInHand(PolicyStore& store) : store_(store) {}
  void post(Owner /*owner*/, PolicyStore::Work work, Done done) override { done(store_.run(work)); }
  void post_unhurried(PolicyStore::Work work, Done done) override { done(store_.run(work)); }
  void copy_to(const std::string& /*path*/, Done done) override {
    done(fail(ErrorKind::unavailable, "store_busy", "no copies are made here"));
  }
  bool watch(RequestId /*request*/, server::RequestWatch::Watcher /*watcher*/) override {
    return false;
  }

 private:
  PolicyStore& store_;
};

class Silence final : public LogSink {
  void write(Severity /*severity*/, std::string_view /*text*/) override {}
};

std::vector<hsm::ConfiguredToken> one_token() {
  hsm::TokenConfig config;
  config.name = "lab";
  config.label = "lab";
  return {{config, std::make_shared<TokenOfPromises>()}};
}

}  // namespace

Result<PublicKey> TokenOfPromises::find_key(const std::string& uri) {
  return key_of(uri).public_key();
}

tl::expected<Bytes, hsm::SignFailure> TokenOfPromises::sign(const hsm::KeyReference& /*key*/,
                                                            const SigningInput& /*input*/) {
  return tl::unexpected(hsm::SignFailure{
      {ErrorKind::unavailable, "token_failed", "the token answers nothing", ""}, false});
}

hsm::TokenStatus TokenOfPromises::status() const {
  return {"lab", "", "lab", "", hsm::TokenState::ready, ""};
}

std::string Answer::code() const {
  if (status == 200) return "ok";
  return body.value("error", nlohmann::json::object()).value("code", "?");
}

struct GatewayInHand::Parts {
  explicit Parts(PolicyStore& opened)
      : store(opened),
        tokens(one_token(), hsm::TokenThreads::callers),
        signing(tokens, store, true, server::TokenErrors::for_keepers, silence),
        checks(store, tokens),
        presence("gw.test", embedded_shape),
        api({store, tokens, signing, checks, presence, ""}) {}
  StoreInHand store;
  Silence silence;
  hsm::TokenSet tokens;
  server::SigningCalls signing;
  server::ContainerChecks checks;  ///< without its thread
  server::Presence presence;
  server::GatewayApi api;
};

GatewayInHand::GatewayInHand(PolicyStore& store) : parts_(std::make_unique<Parts>(store)) {}
GatewayInHand::~GatewayInHand() = default;

Answer GatewayInHand::ask(const std::optional<std::string>& bearer, const std::string& method,
                          const std::string& target, const nlohmann::json& body) {
  server::ApiRequest request;
  request.peer = {getuid(), getgid(), getpid(), {}};
  if (bearer) request.bearer.emplace(*bearer);
  request.method = method;
  request.target = target;
  if (!body.is_null()) request.body = body.dump();
  Answer answer;
  parts_->api.handle(std::move(request), [&](const server::ApiAnswer& got) {
    answer = {got.status, nlohmann::json::parse(got.body)};
  });
  return answer;
}

std::string GatewayInHand::certificate_of(const std::string& key_uri) {
  constexpr std::size_t line = 64;
  const std::string base64 = to_base64(self_signed(key_of(key_uri)));
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t i = 0; i < base64.size(); i += line) pem += base64.substr(i, line) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace countersign::test
