// The decision as a table: which facts give which answer, and in what order rules speak.
#include "policy/model/decision.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "tests/unit/test_keys.h"

namespace countersign {
namespace {

/// Facts under which signing is allowed through request 7; each case spoils some of them.
struct World {
  Account caller{
      3, "engineer", AccountKind::user, AccountState::active, LayeredRole::product_member, {}, {}};
  Signer signer{1,
                1,
                "release",
                "lab",
                "pkcs11:token=lab;object=rsa",
                key(),
                {Bytes{1}},
                from_unix_ms(0),
                from_unix_ms(100'000),
                SignerState::active,
                "",
                2};
  std::optional<LayeredRole> role = LayeredRole::signer_operator;
  bool holds_root = false;
  std::optional<SigningPolicy> policy = SigningPolicy{
      {{"release", {"approver"}, 1}}, {10, std::chrono::hours(8), std::chrono::hours(24)}};
  std::optional<SigningInput> input =
      SigningInput{{Scheme::ecdsa, Hash::sha256, Hash::none, 0}, Bytes(32, 1)};
  std::vector<Request> requests{request(7)};
  std::optional<RequestId> already_taken;
  Time now = from_unix_ms(10'000);
  std::vector<FreezeWindow> product_freezes;
  std::vector<RateUse> rates;

  static const PublicKey& key() {
    static const PublicKey one = test::SoftwareKey::ec("P-256").public_key();
    return one;
  }
  static Request request(RequestId id) {
    Request made;
    made.id = id;
    made.signer = 1;
    made.requester = made.beneficiary = 3;
    made.policy = 2;
    made.fingerprint = to_hex(key().fingerprint());
    made.count = 2;
    made.used = 1;
    made.state = RequestState::active;
    made.open_until = from_unix_ms(50'000);
    made.active_from = from_unix_ms(1'000);
    made.active_until = from_unix_ms(20'000);
    return made;
  }
  HeldRights held() const {
    const Permission root = *Permission::parse("/");
    HeldRights rights{{}, {{{}, caller.product_role, 0, ""}}};
    if (holds_root) rights.strings.push_back({{}, "everything", "Global", {root}, root});
    if (role) rights.memberships.push_back({{}, *role, signer.id, signer.name});
    return rights;
  }
  Decision decide() const {
    const HeldRights rights = held();
    return countersign::decide({caller, signer, rights, policy ? &*policy : nullptr, input,
                                requests, already_taken, now, local_network, product_freezes,
                                rates});
  }
};

/// On Thursdays, as the first day of 1970 was one.
OpeningHours thursdays(const char* from) {
  return *opening_hours_from_json(
      {{"zone", "UTC"}, {"open", {{{"days", {"thu"}}, {"from", from}, {"until", "24:00"}}}}}, "");
}

FreezeWindow window(std::int64_t from, std::int64_t until) {
  return {from_unix_ms(from), from_unix_ms(until), "audit"};
}

struct Case {
  const char* name;
  std::function<void(World&)> spoil;
  const char* code;
};

const Case cases[] = {
    {"all in order", [](World&) {}, "allowed"},
    {"no member", [](World& w) { w.role.reset(); }, "not_found"},
    {"product admin, no member",
     [](World& w) {
       w.role.reset();
       w.caller.product_role = LayeredRole::product_admin;
     },
     "not_a_signing_member"},
    {"a role with \"/\", no member",
     [](World& w) {
       w.role.reset();
       w.holds_root = true;
     },
     "not_a_signing_member"},
    {"auditor", [](World& w) { w.role = LayeredRole::signer_auditor; }, "not_a_signing_member"},
    {"signer admin", [](World& w) { w.role = LayeredRole::signer_admin; }, "allowed"},
    {"disabled account", [](World& w) { w.caller.state = AccountState::disabled; },
     "account_disabled"},
    {"frozen", [](World& w) { w.signer.state = SignerState::frozen; }, "signer_frozen"},
    {"retired", [](World& w) { w.signer.state = SignerState::retired; }, "signer_retired"},
    {"certificate not yet valid",
     [](World& w) { w.signer.certificate_from = from_unix_ms(10'001); }, "certificate_not_valid"},
    {"certificate just expired", [](World& w) { w.signer.certificate_until = w.now; },
     "certificate_not_valid"},
    {"wrong scheme", [](World& w) { w.input->algorithm.scheme = Scheme::rsa_pkcs1; },
     "input_unsuitable"},
    {"wrong digest length", [](World& w) { w.input->digest.resize(31); }, "input_unsuitable"},
    {"SHA-1",
     [](World& w) {
       w.input->algorithm.hash = Hash::sha1;
       w.input->digest.resize(20);
     },
     "hash_too_weak"},
    {"SHA-1 where the policy names it",
     [](World& w) {
       w.policy->algorithms.weak_hashes = {Hash::sha1};
       w.input->algorithm.hash = Hash::sha1;
       w.input->digest.resize(20);
     },
     "allowed"},
    {"SHA-1 where there is no policy",
     [](World& w) {
       w.policy.reset();
       w.input->algorithm.hash = Hash::sha1;
       w.input->digest.resize(20);
     },
     "hash_too_weak"},
    {"SHA-1 where the policy names it, without an approval",
     [](World& w) {
       w.policy->algorithms.weak_hashes = {Hash::sha1};
       w.input->algorithm.hash = Hash::sha1;
       w.input->digest.resize(20);
       w.requests.clear();
     },
     "approval_needed"},
    {"a scheme that the policy does not name",
     [](World& w) { w.policy->algorithms.schemes = {{Scheme::rsa_pss}}; }, "algorithm_not_allowed"},
    {"a hash that the policy does not name",
     [](World& w) { w.policy->algorithms.strong_hashes = {{Hash::sha384}}; }, "hash_not_allowed"},
    {"a raw digest as long as that of a hash that the policy names",
     [](World& w) {
       w.policy->algorithms.strong_hashes = {{Hash::sha256}};
       w.input->algorithm.hash = Hash::none;
     },
     "allowed"},
    {"a raw digest of another length",
     [](World& w) {
       w.policy->algorithms.strong_hashes = {{Hash::sha256}};
       w.input->algorithm.hash = Hash::none;
       w.input->digest.resize(28);
     },
     "hash_not_allowed"},
    {"another network", [](World& w) { w.policy->conditions.networks = {{"office"}}; },
     "network_not_allowed"},
    {"the local network", [](World& w) { w.policy->conditions.networks = {{"local"}}; }, "allowed"},
    {"outside the hours", [](World& w) { w.policy->conditions.hours = thursdays("00:01"); },
     "outside_hours"},
    {"outside the hours, and not approved",
     [](World& w) {
       w.policy->conditions.hours = thursdays("00:01");
       w.requests.clear();
     },
     "outside_hours"},
    {"within the hours", [](World& w) { w.policy->conditions.hours = thursdays("00:00"); },
     "allowed"},
    {"a freeze window of the signer",
     [](World& w) { w.policy->conditions.freeze_windows = {window(10'000, 10'001)}; },
     "freeze_window"},
    {"a freeze window that is just over",
     [](World& w) { w.policy->conditions.freeze_windows = {window(5'000, 10'000)}; }, "allowed"},
    {"a freeze window to come",
     [](World& w) { w.policy->conditions.freeze_windows = {window(10'001, 11'000)}; }, "allowed"},
    {"a freeze window of the product",
     [](World& w) { w.product_freezes = {window(9'000, 11'000)}; }, "freeze_window"},
    {"a freeze window of the product where there is no policy",
     [](World& w) {
       w.product_freezes = {window(9'000, 11'000)};
       w.policy.reset();
     },
     "freeze_window"},
    {"a rate that is used up",
     [](World& w) {
       w.rates = {{{}, {}}, {{}, from_unix_ms(11'000)}};
     },
     "rate_exceeded"},
    {"rates that are not",
     [](World& w) {
       w.rates = {{{}, {}}};
     },
     "allowed"},
    {"raw digest as short as SHA-1 where the policy names that",
     [](World& w) {
       w.policy->algorithms.weak_hashes = {Hash::sha1};
       w.input->algorithm.hash = Hash::none;
       w.input->digest.resize(20);
     },
     "allowed"},
    {"short digest behind zeros where the policy names SHA-1",
     [](World& w) {
       w.policy->algorithms.weak_hashes = {Hash::sha1};
       std::fill_n(w.input->digest.begin(), 12, std::uint8_t{0});
     },
     "hash_too_weak"},
    {"raw digest as short as SHA-1",
     [](World& w) {
       w.input->algorithm.hash = Hash::none;
       w.input->digest.resize(20);
     },
     "hash_too_weak"},
    {"short digest behind zeros, as raw",
     [](World& w) {
       w.input->algorithm.hash = Hash::none;
       w.input->digest = Bytes(28, 0);
       w.input->digest[8] = 1;
     },
     "hash_too_weak"},
    {"short digest behind zeros, as SHA-256",
     [](World& w) { std::fill_n(w.input->digest.begin(), 12, std::uint8_t{0}); }, "hash_too_weak"},
    {"raw digest of 32 bytes", [](World& w) { w.input->algorithm.hash = Hash::none; }, "allowed"},
    {"no input, just explained", [](World& w) { w.input.reset(); }, "allowed"},
    {"no policy", [](World& w) { w.policy.reset(); }, "no_policy"},
    {"no approval needed",
     [](World& w) {
       w.policy = SigningPolicy{};
       w.requests.clear();
     },
     "allowed"},
    {"no request", [](World& w) { w.requests.clear(); }, "approval_needed"},
    {"pending", [](World& w) { w.requests[0].state = RequestState::pending; }, "approval_pending"},
    {"pending too long",
     [](World& w) {
       w.requests[0].state = RequestState::pending;
       w.requests[0].open_until = w.now;
     },
     "approval_expired"},
    {"used up", [](World& w) { w.requests[0].used = 2; }, "approval_used_up"},
    {"marked used up", [](World& w) { w.requests[0].state = RequestState::used_up; },
     "approval_used_up"},
    {"window just closed", [](World& w) { w.requests[0].active_until = w.now; },
     "approval_expired"},
    {"revoked", [](World& w) { w.requests[0].state = RequestState::revoked; }, "approval_revoked"},
    {"rejected", [](World& w) { w.requests[0].state = RequestState::rejected; },
     "approval_rejected"},
    {"cancelled", [](World& w) { w.requests[0].state = RequestState::cancelled; },
     "approval_needed"},
    {"superseded", [](World& w) { w.requests[0].state = RequestState::superseded; },
     "approval_superseded"},
    {"stale", [](World& w) { w.requests[0].state = RequestState::stale; }, "approval_superseded"},
    {"somebody else's request", [](World& w) { w.requests[0].beneficiary = 4; },
     "approval_superseded"},
    {"approved for later", [](World& w) { w.requests[0].active_from = from_unix_ms(10'001); },
     "approval_not_yet"},
    {"approved from now on", [](World& w) { w.requests[0].active_from = w.now; }, "allowed"},
    {"approved for another network", [](World& w) { w.requests[0].networks = {"office"}; },
     "approval_for_other_network"},
    {"approved for this network",
     [](World& w) {
       w.requests[0].networks = {"office", "local"};
     },
     "allowed"},
    {"asked for by another", [](World& w) { w.requests[0].requester = 4; }, "allowed"},
    {"another signer's request", [](World& w) { w.requests[0].signer = 2; }, "approval_superseded"},
    {"made under an older policy", [](World& w) { w.requests[0].policy = 1; },
     "approval_superseded"},
    {"made for another key", [](World& w) { w.requests[0].fingerprint = "00"; },
     "approval_superseded"},
    {"frozen comes before a weak hash",
     [](World& w) {
       w.signer.state = SignerState::frozen;
       w.input->digest.resize(5);
     },
     "signer_frozen"},
    {"the role comes before frozen",
     [](World& w) {
       w.signer.state = SignerState::frozen;
       w.role = LayeredRole::signer_auditor;
     },
     "not_a_signing_member"},
    {"repeated operation, request used up since",
     [](World& w) {
       w.already_taken = 7;
       w.requests[0].state = RequestState::used_up;
     },
     "allowed"},
    {"repeated operation, window over since",
     [](World& w) {
       w.already_taken = 7;
       w.requests[0].state = RequestState::used_up;
       w.requests[0].active_until = w.now;
     },
     "approval_used_up"},
    {"repeated operation, request revoked since",
     [](World& w) {
       w.already_taken = 7;
       w.requests[0].state = RequestState::revoked;
     },
     "approval_revoked"},
    {"repeated operation of another's request",
     [](World& w) {
       w.already_taken = 7;
       w.requests[0].beneficiary = 4;
     },
     "approval_superseded"},
};

TEST(DecisionTest, FollowsTheTable) {
  for (const Case& each : cases) {
    World world;
    each.spoil(world);
    const Decision decision = world.decide();
    EXPECT_EQ(decision.code, each.code) << each.name;
    EXPECT_EQ(decision.allowed, std::string(each.code) == "allowed") << each.name;
    EXPECT_FALSE(decision.rule.empty()) << each.name;
    EXPECT_FALSE(decision.message.empty()) << each.name;
  }
}

TEST(DecisionTest, TakesFromTheApprovalThatEndsSoonest) {
  World world;
  world.requests.push_back(World::request(8));
  world.requests.push_back(World::request(9));
  world.requests[1].active_until = from_unix_ms(15'000);
  EXPECT_EQ(world.decide().request, 8);
  world.requests[1].used = 2;
  EXPECT_EQ(world.decide().request, 7);
}

TEST(DecisionTest, DenialSaysWhenItWillBeAllowed) {
  const auto remedy = [](const std::function<void(World&)>& spoil) {
    World world;
    spoil(world);
    return world.decide().remedy;
  };
  EXPECT_EQ(remedy([](World& w) { w.policy->conditions.hours = thursdays("00:01"); }),
            "sign at 1970-01-01T00:01:00Z or later");
  EXPECT_EQ(remedy([](World& w) {
              w.policy->conditions.freeze_windows = {window(9'000, 12'000)};
              w.product_freezes = {window(11'000, 20'000)};
            }),
            "sign at 1970-01-01T00:00:20Z or later");
  EXPECT_EQ(remedy([](World& w) {
              w.rates = {{{}, from_unix_ms(13'000)}, {{}, from_unix_ms(11'000)}};
            }),
            "sign at 1970-01-01T00:00:13Z or later");
}

TEST(DecisionTest, DenialSaysWhichRequestAndWhatToDo) {
  World world;
  world.requests[0].state = RequestState::pending;
  const Decision decision = world.decide();
  EXPECT_EQ(decision.request, 7);
  EXPECT_NE(decision.remedy.find("countersign request approve 7"), std::string::npos);
}

}  // namespace
}  // namespace countersign
