// The Api over store and tokens: finds the operation, the caller and his right to it, and runs it.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "gateway/server/api.h"
#include "gateway/server/calls.h"
#include "gateway/server/identity.h"
#include "gateway/server/wrong_tokens.h"

namespace countersign::server {

class GatewayApi final : public Api {
 public:
  /// What `services` refers to outlives this, and this outlives the last callback of any of it.
  explicit GatewayApi(Services services) : services_(std::move(services)) {}

  BodySize largest_body(std::string_view method, std::string_view target) const override;
  void handle(ApiRequest request, std::function<void(ApiAnswer)> done) override;

 private:
  const Services services_;
  UnixNames logins_;
  WrongTokens wrong_tokens_;
};

}  // namespace countersign::server
