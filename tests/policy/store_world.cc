#include "tests/policy/store_world.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <filesystem>

#include "core/encoding.h"
#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/members.h"
#include "policy/policies.h"
#include "tests/unit/test_keys.h"

namespace countersign::test {
namespace {

constexpr const char* origin = "gw.test";

Signer example_signer() {
  static const SoftwareKey key = SoftwareKey::ec("P-256");
  return {0,
          0,
          "release",
          "lab",
          "pkcs11:token=lab;object=p256",
          key.public_key(),
          {self_signed(key)},
          {},
          {},
          SignerState::active,
          "",
          std::nullopt};
}

SigningPolicy example_policy() {
  return {{{"release", {"approver", "second"}, 1}},
          {3, std::chrono::hours(1), std::chrono::hours(24)}};
}

}  // namespace

Bytes self_signed(const SoftwareKey& key) {
  X509* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  ASN1_TIME_set(X509_getm_notBefore(certificate), 1'600'000'000);
  ASN1_TIME_set(X509_getm_notAfter(certificate), 1'900'000'000);
  X509_set_pubkey(certificate, key.get());
  X509_sign(certificate, key.get(), EVP_sha256());
  unsigned char* der = nullptr;
  const int length = i2d_X509(certificate, &der);
  Bytes bytes(der, der + length);
  OPENSSL_free(der);
  X509_free(certificate);
  return bytes;
}

StoreWorld::StoreWorld() {
  std::string pattern = (std::filesystem::temp_directory_path() / "countersign-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  path_ = folder_ + "/store.db";
  auto created = PolicyStore::create(path_, key_, origin, clock_);
  if (!created) throw std::runtime_error(created.error().text());
  store_ = std::move(*created);
  const Status made = store_->run([&](Transaction& transaction) -> Status {
    auto admin = create_first_admin(transaction, "admin");
    const Caller caller{admin->account, {}};
    for (const char* const name : {"keeper", "engineer", "mate", "approver", "second", "outsider"})
      if (auto one = create_account(transaction, caller, {name, {}, {}, {}, {}}); !one)
        return fail(one.error());
    const SignerId id = transaction.signers.add(example_signer());
    const auto member = [&](const char* name, LayeredRole role) {
      transaction.members.set(id, transaction.accounts.find(name)->id, role);
    };
    member("keeper", LayeredRole::signer_admin);
    member("engineer", LayeredRole::signer_operator);
    member("mate", LayeredRole::signer_operator);
    member("approver", LayeredRole::signer_auditor);
    member("second", LayeredRole::signer_auditor);
    const Caller keeper{*transaction.accounts.find("keeper"), {}};
    auto set = set_policy(transaction, keeper, *transaction.signers.find(id), example_policy(),
                          "first", std::nullopt);
    if (!set) return fail(set.error());
    return {};
  });
  if (!made) throw std::runtime_error(made.error().text());
}

StoreWorld::~StoreWorld() {
  store_.reset();
  std::filesystem::remove_all(folder_);
}

Caller StoreWorld::as(const std::string& name) {
  auto caller = in_the_end([&](Transaction& transaction) -> Result<Caller> {
    return Caller{*transaction.accounts.find(name), {{"attested.uid", "1000"}}};
  });
  if (!caller) throw std::runtime_error(caller.error().text());
  return std::move(*caller);
}

const Signer& StoreWorld::signer(Transaction& transaction) {
  return *transaction.signers.find("release");
}

void StoreWorld::reopen() {
  store_.reset();
  auto opened = PolicyStore::open(path_, key_, origin, clock_);
  ASSERT_TRUE(opened) << opened.error().text();
  store_ = std::move(*opened);
}

std::string StoreWorld::submits(const std::string& who, const std::string& name,
                                nlohmann::json arguments, bool force) {
  const Caller caller = as(who);
  const auto submitted = in_the_end([&](Transaction& transaction) -> Result<Submitted> {
    const Signer* const about = arguments.contains("signer") ? &signer(transaction) : nullptr;
    nlohmann::json values = arguments;
    if (about != nullptr) values["signer"] = about->id;
    const Proposal proposal(name, values,
                            about == nullptr ? std::nullopt : std::optional(about->id), force);
    const RightObjects on = operation(name).scope == Scope::application
                                ? on_application(arguments.at("application"))
                                : RightObjects(about);
    if (auto allowed = authorise(transaction, caller, operation(name), on); !allowed)
      return fail(allowed.error());
    return submit(transaction, caller, proposal);
  });
  if (!submitted) return submitted.error().code;
  if (submitted->waiting) waiting_change_ = *submitted->waiting;
  return submitted->waiting ? "waits" : "ok";
}

std::string StoreWorld::answers(const std::string& who, bool consents) {
  const Caller caller = as(who);
  const auto change = in([&](Transaction& transaction) {
    const auto all = transaction.changes.list(std::nullopt, waiting_change_ - 1, 1000);
    return answer_change(transaction, caller, all.empty() ? 0 : all.back().id, consents,
                         consents ? "" : "no");
  });
  return change ? std::string(to_text(change->state)) : change.error().code;
}

Result<Request> StoreWorld::ask(const std::string& who, std::int64_t count) {
  const Caller caller = as(who);
  return in_the_end([&](Transaction& transaction) {
    return create_request(transaction, caller, signer(transaction), {"to ship", count, {}});
  });
}

Result<Request> StoreWorld::approve(const std::string& who, RequestId id) {
  const Caller caller = as(who);
  return in_the_end(
      [&](Transaction& transaction) { return answer_request(transaction, caller, id, {true}); });
}

Result<SigningGrant> StoreWorld::sign(const std::string& who, const std::string& operation,
                                      std::uint8_t digest) {
  auto answer = ask_to_sign(who, wish_for(operation, digest));
  if (!answer) return fail(std::move(answer.error()));
  return std::get<SigningGrant>(std::move(*answer));
}

RequestId StoreWorld::approved(const std::string& who, std::int64_t count) {
  const RequestId id = ask(who, count)->id;
  EXPECT_EQ(code(approve("approver", id)), "ok");
  return id;
}

Result<SigningAnswer> StoreWorld::ask_to_sign(const std::string& who, const SigningWish& wish) {
  const Caller caller = as(who);
  return in([&](Transaction& transaction) {
    return grant_signature(transaction, caller, signer(transaction), wish);
  });
}

void StoreWorld::finish(const SigningGrant& grant, SigningEnd end) {
  ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
    record_outcome(transaction, grant, end, "detail");
    return {};
  }));
}

Request StoreWorld::show(RequestId id) {
  return *in(
      [&](Transaction& transaction) -> Result<Request> { return *transaction.requests.find(id); });
}

std::vector<LogRecord> StoreWorld::log() {
  return *in([&](Transaction& transaction) -> Result<std::vector<LogRecord>> {
    return transaction.log.list(-1, 1000);
  });
}

nlohmann::json new_signer(const std::string& name, const std::vector<std::string>& admins) {
  const SoftwareKey key = SoftwareKey::ec("P-256");
  return {{"name", name},
          {"token", "lab"},
          {"key_uri", "pkcs11:token=lab;object=" + name},
          {"admins", admins},
          {"certificates", {to_base64(self_signed(key))}},
          {"public_key", to_base64(key.public_key().der())}};
}

nlohmann::json policy_of(const std::vector<std::string>& approvers, int count) {
  return {{"approval", {{{"name", "release"}, {"approvers", approvers}, {"count", count}}}},
          {"ceilings", {{"signatures", 3}, {"window", "1h"}, {"pending", "1d"}}}};
}

SigningWish wish_for(const std::string& operation, std::uint8_t digest) {
  return {operation, {{Scheme::ecdsa, Hash::sha256, Hash::none, 0}, Bytes(32, digest)}, {}};
}

std::string operation_id(unsigned byte) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string id(32, '0');
  id[0] = digits[byte >> 4 & 15];
  id[1] = digits[byte & 15];
  return id;
}

}  // namespace countersign::test
