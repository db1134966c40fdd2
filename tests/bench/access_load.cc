// What a decision and a module's start cost in a large store, against one a thousand times smaller:
// two stores in one run, asked in turn, in one process.
//
//   access-load FOLDER [--rounds N]
//
// Prints {"decision": {"small", "large"}, "start": {"small", "large"}, "requests": {"small",
// "large"}}: medians in microseconds of one decision about a signature, of all that the gateway
// does when a module starts, and of one decision where the caller has finished requests.
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/encoding.h"
#include "gateway/server/handlers.h"
#include "policy/accounts.h"
#include "policy/policy_store.h"
#include "policy/signing.h"
#include "tests/unit/test_keys.h"

namespace {

using namespace countersign;
using nlohmann::json;

constexpr int groups = 20;
constexpr int roles = 50;
constexpr int strings_of_a_role = 40;
constexpr int signers_seen = 5;
constexpr int approved_signer = 5;  // with a policy, and requests
constexpr int decisions_a_round = 200;
constexpr int starts_a_round = 5;

struct Size {
  const char* name;
  int signers;
  int accounts;
  int memberships;
  int requests;  ///< of the caller, used up
};
constexpr Size small_store{"small", 10, 100, 1'000, 1'000};
constexpr Size large_store{"large", 10'000, 100'000, 1'000'000, 1'000'000};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "access-load: %s\n", why.c_str());
  std::exit(1);
}

std::string self_signed(const test::SoftwareKey& key) {
  X509* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
  X509_set_pubkey(certificate, key.get());
  X509_sign(certificate, key.get(), EVP_sha256());
  unsigned char* der = nullptr;
  const int length = i2d_X509(certificate, &der);
  const Bytes bytes(der, der + length);
  OPENSSL_free(der);
  X509_free(certificate);
  return to_base64(bytes);
}

/// Fills the store's tables in one go; the API would take an hour.
class Filler {
 public:
  Filler(const std::string& path, const Size& size)
      : sql_(soci::sqlite3, "db=" + path), size_(size) {}

  void fill() {
    sql_ << "BEGIN";
    add_signers();
    for (int i = 0; i < size_.accounts; ++i) add_principal("user", "user" + std::to_string(i));
    add_caller();
    add_memberships();
    add_requests();
    sql_ << "COMMIT";
  }

 private:
  long long add_principal(const std::string& kind, const std::string& name) {
    long long id = 0;
    sql_ << "INSERT INTO principal (kind, name, folded, state) VALUES (:k, :n, :f, 'active')"
            " RETURNING id",
        soci::use(kind), soci::use(name), soci::use(name), soci::into(id);
    return id;
  }

  void add_signers() {
    const auto key = test::SoftwareKey::ec("P-256");
    const std::string certificate = self_signed(key);
    const std::string public_key = to_base64(key.public_key().der());
    const std::string fingerprint = to_hex(key.public_key().fingerprint());
    for (int i = 1; i <= size_.signers; ++i) {
      const std::string name = "signer" + std::to_string(i);
      sql_ << "INSERT INTO signer (slot, name, folded, token, key_uri, public_key, fingerprint,"
              " certificates, state, state_reason, policy)"
              " VALUES (:s, :n, :f, 'lab', 'pkcs11:', :k, :p, :c, 'active', '', 0)",
          soci::use(i), soci::use(name), soci::use(name), soci::use(public_key),
          soci::use(fingerprint), soci::use(certificate);
    }
  }

  /// The caller is in twenty groups, which hold fifty roles of forty strings in all.
  void add_caller() {
    const long long caller = add_principal("user", "caller");
    std::vector<long long> held;
    for (int i = 0; i < groups; ++i) {
      held.push_back(add_principal("group", "group" + std::to_string(i)));
      sql_ << "INSERT INTO principal_link (kind, holder, held) VALUES ('contains', :g, :p)",
          soci::use(held.back()), soci::use(caller);
    }
    for (int i = 0; i < roles; ++i) {
      const std::string name = "role" + std::to_string(i);
      long long role = 0;
      sql_ << "INSERT INTO role (name, folded, description, permission_set)"
              " VALUES (:n, :f, '', 1) RETURNING id",
          soci::use(name), soci::use(name), soci::into(role);
      for (int j = 1; j <= strings_of_a_role; ++j) {
        const std::string string = "/pam/read/" + std::to_string(i * 100 + j) + "/";
        sql_ << "INSERT INTO role_string (role, string) VALUES (:r, :s)", soci::use(role),
            soci::use(string);
      }
      const long long holder = held.at(static_cast<std::size_t>(i % groups));
      sql_ << "INSERT INTO role_holder (principal, role) VALUES (:p, :r)", soci::use(holder),
          soci::use(role);
    }
    for (int signer = 1; signer <= signers_seen; ++signer) add_membership(signer, caller);
  }

  void add_membership(long long signer, long long principal) {
    sql_ << "INSERT INTO membership (scope, object, principal, role)"
            " VALUES ('signer', :s, :p, 'operator')",
        soci::use(signer), soci::use(principal);
  }

  /// Spread evenly: each signer has as many members, each account is a member of as many signers.
  void add_memberships() {
    long long first = 0;
    sql_ << "SELECT MIN(id) FROM principal WHERE name = 'user0'", soci::into(first);
    const int each = size_.memberships / size_.accounts;
    long long signer = 0, principal = 0;
    soci::statement row = (sql_.prepare << "INSERT INTO membership (scope, object, principal, role)"
                                           " VALUES ('signer', :s, :p, 'auditor')",
                           soci::use(signer), soci::use(principal));
    for (int i = 0; i < size_.accounts; ++i)
      for (int j = 0; j < each; ++j) {
        signer = (i + j * (size_.signers / each)) % size_.signers + 1;
        principal = first + i;
        row.execute(true);
      }
  }

  /// All that the caller ever asked for with one signer: used up, but for the last, which is
  /// active.
  void add_requests() {
    const std::string policy =
        R"({"approval":[{"approvers":["user0"],"count":1,"name":"release"}],)"
        R"("ceilings":{"pending":"1d","signatures":1,"window":"1d"}})";
    const long long signer = approved_signer, far = 4'000'000'000'000;
    long long caller = 0;
    std::string fingerprint, state = "used_up";
    sql_ << "INSERT INTO policy_revision (signer, number, document, author, reason, time)"
            " VALUES (:s, 1, :d, 1, '', 1)",
        soci::use(signer), soci::use(policy);
    sql_ << "UPDATE signer SET policy = 1 WHERE id = :s", soci::use(signer);
    sql_ << "SELECT fingerprint FROM signer WHERE id = :s", soci::use(signer),
        soci::into(fingerprint);
    sql_ << "SELECT id FROM principal WHERE name = 'caller'", soci::into(caller);
    long long used = 1;
    soci::statement row =
        (sql_.prepare
             << "INSERT INTO request (kind, signer, requester, beneficiary, policy, fingerprint,"
                " reason, count, used, window, state, created, open_until, active_from,"
                " active_until) VALUES ('use', :s, :r, :b, 1, :f, 'x', 1, :u, 1, :t, 1, 1, 1, :e)",
         soci::use(signer), soci::use(caller), soci::use(caller), soci::use(fingerprint),
         soci::use(used), soci::use(state), soci::use(far));
    for (int i = 0; i < size_.requests; ++i) row.execute(true);
    used = 0;
    state = "active";
    row.execute(true);
  }

  soci::session sql_;
  const Size size_;
};

/// One of the two stores, with the figures of its rounds.
class Measured {
 public:
  Measured(const std::string& folder, const Size& size) {
    const std::string path = folder + "/" + size.name + ".db";
    const LogKey key = LogKey::generate();
    auto made = PolicyStore::create(path, key, "bench", clock_);
    if (!made) give_up(made.error().text());
    made->reset();
    Filler(path, size).fill();
    auto opened = PolicyStore::open(path, key, "bench", clock_);
    if (!opened) give_up(opened.error().text());
    store_ = std::move(*opened);
  }

  void measure_decisions() {
    timed(decisions_, decisions_a_round, [](Transaction& transaction, const Caller& caller, int i) {
      const Signer* const signer = transaction.signers.find(i % (signers_seen - 1) + 1);
      if (explain_signing(transaction, caller, *signer).decision.code != "no_policy")
        give_up("the caller is no signing member");
    });
  }

  void measure_requests() {
    timed(requests_, decisions_a_round, [](Transaction& transaction, const Caller& caller, int) {
      const Signer* const signer = transaction.signers.find(approved_signer);
      if (!explain_signing(transaction, caller, *signer).decision.allowed)
        give_up("the caller's last request does not let him sign");
    });
  }

  /// Who calls, and what he may sign with: all that a module asks when it starts.
  void measure_starts() {
    timed(starts_, starts_a_round, [](Transaction& transaction, const Caller& caller, int) {
      const Caller found{*transaction.accounts.find(caller.account.name), {}};
      const json query{{"may", "sign"}};
      const json body = json::object();
      const std::map<std::string, std::string> parts;
      server::Call call{transaction, found, parts, query, body};
      const auto listed = server::list_signers_call(call);
      if (!listed || listed->at("signers").size() != signers_seen)
        give_up("the caller sees other signers");
    });
  }

  double decision() const { return median(decisions_); }
  double start() const { return median(starts_); }
  double requests() const { return median(requests_); }

 private:
  template <class Work>
  void timed(std::vector<double>& into, int count, Work work) {
    const Status done = store_->run([&](Transaction& transaction) -> Status {
      const Caller caller{*transaction.accounts.find("caller"), {}};
      const Group any = *transaction.groups.find("group0");
      std::chrono::duration<double, std::micro> took{};
      for (int i = 0; i < count; ++i) {
        transaction.groups.describe(any.id, "");  // nothing held is remembered after that
        const auto begin = std::chrono::steady_clock::now();
        work(transaction, caller, i);
        took += std::chrono::steady_clock::now() - begin;
      }
      into.push_back(took.count() / count);
      return {};
    });
    if (!done) give_up(done.error().text());
  }

  static double median(std::vector<double> all) {
    const auto middle = all.begin() + std::ssize(all) / 2;
    std::ranges::nth_element(all, middle);
    return *middle;
  }

  SystemClock clock_;
  std::unique_ptr<PolicyStore> store_;
  std::vector<double> decisions_, starts_, requests_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) give_up("usage: access-load FOLDER [--rounds N]");
  const int rounds = argc == 4 ? static_cast<int>(std::strtol(argv[3], nullptr, 10)) : 15;
  Measured small(argv[1], small_store);
  Measured large(argv[1], large_store);
  for (int i = 0; i < rounds; ++i)
    for (Measured* const each : {&small, &large}) {
      each->measure_decisions();
      each->measure_starts();
      each->measure_requests();
    }
  const json figures{{"decision", {{"small", small.decision()}, {"large", large.decision()}}},
                     {"start", {{"small", small.start()}, {"large", large.start()}}},
                     {"requests", {{"small", small.requests()}, {"large", large.requests()}}}};
  std::printf("%s\n", figures.dump().c_str());
}
