// The Api over store and tokens: finds the operation, the caller and his right to it, and runs it.
#pragma once

#include <memory>

#include "gateway/server/api.h"
#include "gateway/server/identity.h"
#include "gateway/server/router.h"
#include "gateway/server/signing_calls.h"
#include "gateway/server/store_thread.h"
#include "hsm-backends/token_set.h"

namespace countersign::server {

class GatewayApi final : public Api {
 public:
  /// All outlive it, and it outlives their last callback.
  GatewayApi(StoreThread& store, hsm::TokenSet& tokens, SigningCalls& signing);

  void handle(ApiRequest request, std::function<void(ApiAnswer)> done) override;

 private:
  struct Exchange;
  using ExchangePointer = std::shared_ptr<Exchange>;

  void run_in_store(const ExchangePointer& exchange);
  void run_enrolment(const ExchangePointer& exchange);
  void run_signature(const ExchangePointer& exchange);
  void run_signer_creation(const ExchangePointer& exchange);
  void run_hsm_list(const ExchangePointer& exchange);
  void run_hsm_retry(const ExchangePointer& exchange);

  StoreThread& store_;
  hsm::TokenSet& tokens_;
  SigningCalls& signing_;
  LoginNames logins_;
};

}  // namespace countersign::server
