// The gateway's real interface over a store in this process, all on the caller's thread.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "gateway/server/gateway_api.h"
#include "gateway/server/signing_calls.h"
#include "gateway/server/store_access.h"
#include "tests/policy/store_world.h"

namespace countersign::test {

/// A token with keys that are made when they are first asked for. It never signs, and says so in a
/// way that may have.
class TokenOfPromises final : public hsm::Token {
 public:
  Status connect() override { return {}; }
  Result<PublicKey> find_key(const std::string& uri) override;
  tl::expected<Bytes, hsm::SignFailure> sign(const hsm::KeyReference& key,
                                             const SigningInput& input) override;
  hsm::TokenStatus status() const override;
  Status retry() override { return {}; }
  void renew() override {}
};

/// What the API answered.
struct Answer {
  int status = 0;
  nlohmann::json body;

  std::string code() const;
};

/// Asked as over its socket, by bearer token or by the login of this process.
class GatewayInHand {
 public:
  explicit GatewayInHand(PolicyStore& store);
  ~GatewayInHand();

  Answer ask(const std::optional<std::string>& bearer, const std::string& method,
             const std::string& target, const nlohmann::json& body);

  /// The certificate, in PEM, of the key that the token has under the URI.
  static std::string certificate_of(const std::string& key_uri);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace countersign::test
