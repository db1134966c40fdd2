// A store in a folder of its own with the people of the tests, and a clock that obeys.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/clock.h"
#include "policy/approvals.h"
#include "policy/changes.h"
#include "policy/policy_store.h"
#include "policy/requests.h"
#include "policy/signing.h"
#include "tests/unit/test_keys.h"

namespace countersign::test {

class TestClock final : public Clock {
 public:
  Time now() const override { return from_unix_ms(ms_); }
  void advance(Milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_{1'700'000'000'000};
};

/// admin (product admin), keeper (admin of signer "release"), engineer and mate (operators),
/// approver and second (auditors), outsider (no member). The policy asks one of approver, second;
/// at most 3 signatures in 1 hour.
class StoreWorld : public testing::Test {
 protected:
  StoreWorld();
  ~StoreWorld() override;

  /// Runs `work` and passes its result on; the store must not fail.
  template <class Function>
  auto in(Function work) {
    decltype(work(std::declval<Transaction&>())) result = tl::unexpected<Error>(Error{});
    const Status status = store_->run([&](Transaction& transaction) -> Status {
      result = work(transaction);
      if (!result && result.error().kind != ErrorKind::denied) return fail(result.error());
      return {};
    });
    if (!status && (result || result.error().code.empty()))
      result = tl::unexpected<Error>(status.error());
    return result;
  }

  /// Where many processes race for the store, some wait for longer than they are allowed to: tries
  /// again until it is had.
  template <class Function>
  auto in_the_end(Function work) {
    auto result = in(work);
    while (!result && result.error().code == "store_busy") result = in(work);
    return result;
  }

  Caller as(const std::string& name);
  const Signer& signer(Transaction& transaction);
  void reopen();
  /// Submits a change as `who`, if he is allowed the operation; one of the world's signer with
  /// "signer" among the arguments. "ok" when it was made, "waits", or the error's code.
  std::string submits(const std::string& who, const std::string& name, nlohmann::json arguments,
                      bool force = false);
  /// Answers the change that was submitted last; the state that it is in then, or the error's code.
  std::string answers(const std::string& who, bool consents = true);
  Result<Request> ask(const std::string& who, std::int64_t count);
  Result<Request> approve(const std::string& who, RequestId id);
  /// One that `who` has filed and "approver" approved.
  RequestId approved(const std::string& who, std::int64_t count);
  Result<SigningAnswer> ask_to_sign(const std::string& who, const SigningWish& wish);
  Result<SigningGrant> sign(const std::string& who, const std::string& operation,
                            std::uint8_t digest = 1);
  void finish(const SigningGrant& grant, SigningEnd end);
  Request show(RequestId id);
  std::vector<LogRecord> log();

  std::string folder_;
  std::string path_;
  TestClock clock_;
  LogKey key_ = LogKey::generate();
  std::unique_ptr<PolicyStore> store_;

 private:
  ChangeId waiting_change_ = 1;  ///< the last that submits() left waiting
};

/// A certificate over the key, valid for the tests' time, signed by itself.
Bytes self_signed(const SoftwareKey& key);
/// What the applier of signer.create takes, for a new key.
nlohmann::json new_signer(const std::string& name, const std::vector<std::string>& admins);
/// A policy of one step that so many of these complete.
nlohmann::json policy_of(const std::vector<std::string>& approvers, int count);

/// An operation id made of one byte.
std::string operation_id(unsigned byte);
/// To sign, with ECDSA, the SHA-256 digest that consists of this byte.
SigningWish wish_for(const std::string& operation, std::uint8_t digest);
/// The result's error code, "ok" when it has none.
template <class T>
std::string code(const T& result) {
  return result ? "ok" : result.error().code;
}

}  // namespace countersign::test
