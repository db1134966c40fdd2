// The Api over store and tokens: finds the operation, the caller and his right to it, and runs it.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gateway/server/api.h"
#include "gateway/server/container_checks.h"
#include "gateway/server/handlers.h"
#include "gateway/server/identity.h"
#include "gateway/server/router.h"
#include "gateway/server/signing_calls.h"
#include "gateway/server/store_access.h"
#include "gateway/server/wrong_tokens.h"
#include "hsm-backends/token_set.h"
#include "policy/signers.h"

namespace countersign::server {

class StoreBackup;

class GatewayApi final : public Api {
 public:
  /// All outlive it, and it outlives their last callback. `backups`: folder for them, or empty.
  GatewayApi(StoreAccess& store, hsm::TokenSet& tokens, SigningCalls& signing,
             ContainerChecks& checks, std::string backups);

  bool takes_large_body(std::string_view method, std::string_view target) const override;
  void handle(ApiRequest request, std::function<void(ApiAnswer)> done) override;

 private:
  struct Exchange;
  using ExchangePointer = std::shared_ptr<Exchange>;

  /// Runs `work` on the store; `next` gets its value on the store's thread, an error is answered.
  template <class Value>
  void in_store(const ExchangePointer& exchange, std::function<Result<Value>(Transaction&)> work,
                std::function<void(Value)> next);
  /// The same, and answers the value.
  void answer_from_store(const ExchangePointer& exchange,
                         std::function<Result<nlohmann::json>(Transaction&)> work);
  /// Runs `next` on the store's thread for a caller who may do what he asks for.
  void when_allowed(const ExchangePointer& exchange, std::function<void()> next);
  /// Runs `job` on a thread of the token, or answers why not.
  void on_token(const ExchangePointer& exchange, const std::string& name,
                std::function<void(hsm::Token&)> job);

  void run_enrolment(const ExchangePointer& exchange);
  void run_signature(const ExchangePointer& exchange);
  void run_signer_creation(const ExchangePointer& exchange);
  void run_signer_check(const ExchangePointer& exchange);
  void run_hsm_list(const ExchangePointer& exchange);
  void run_hsm_retry(const ExchangePointer& exchange);
  void run_pin_source(const ExchangePointer& exchange);
  void run_container_key(const ExchangePointer& exchange);
  void run_container_schedule(const ExchangePointer& exchange);
  void run_container_check(const ExchangePointer& exchange);
  void run_store_backup(const ExchangePointer& exchange);
  void finish_backup(const ExchangePointer& exchange, const std::shared_ptr<StoreBackup>& backup);
  Result<NewSigner> read_new_signer(Call& call) const;

  StoreAccess& store_;
  hsm::TokenSet& tokens_;
  SigningCalls& signing_;
  ContainerChecks& checks_;
  const std::string backups_;
  UnixNames logins_;
  WrongTokens wrong_tokens_;
};

}  // namespace countersign::server
