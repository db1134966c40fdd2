// Settings, metadata types, known gateways, and what a signer's admin changes of it alone.
#include "policy/settings.h"

#include "core/encoding.h"
#include "policy/credentials.h"
#include "policy/gateways.h"
#include "policy/metadata_types.h"
#include "policy/signers.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using nlohmann::json;

class Settings : public RoleWorld {
 protected:
  std::string set_to(const std::string& name, const std::string& value) {
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      const auto done = set_setting(transaction, caller, name, value);
      return done ? Status() : fail(done.error());
    });
  }
  Milliseconds value_of(std::string_view name) {
    return *in([&](Transaction& transaction) -> Result<Milliseconds> {
      return setting_in(transaction, name);
    });
  }
  void hold(const std::string& who, const std::vector<std::string>& strings) {
    actor_ = "admin";
    ASSERT_EQ(role(who + "-role", strings), "ok");
    ASSERT_EQ(grant(who + "-role", who), "ok");
  }
};

TEST_F(Settings, AreWhatTheyAreUsedFor) {
  const Caller mate = as("mate"), admin = as("admin");
  EXPECT_EQ(set_to("change_lifetime", "2h"), "ok");
  ASSERT_EQ(submits("admin", "member.add",
                    {{"signer", 0}, {"principal", "outsider"}, {"role", "operator"}}),
            "waits");
  clock_.advance(std::chrono::hours(3));
  EXPECT_EQ(answers("keeper"), "not_pending");

  ASSERT_EQ(set_to("enrolment_code_lifetime", "10m"), "ok");
  ASSERT_EQ(set_to("token_lifetime", "1d"), "ok");
  const auto minted =
      in([&](Transaction& transaction) { return mint_token(transaction, mate, {}); });
  ASSERT_TRUE(minted);
  EXPECT_EQ(minted->credential.expires - minted->credential.created, std::chrono::hours(24));
  ASSERT_EQ(set_to("longest_token_lifetime", "1h"), "ok");
  const auto shorter =
      in([&](Transaction& transaction) { return mint_token(transaction, mate, {}); });
  EXPECT_EQ(shorter->credential.expires - shorter->credential.created, std::chrono::hours(1));
  EXPECT_EQ(
      code(in([&](Transaction& transaction) {
        return mint_token(transaction, mate, {std::nullopt, Milliseconds(std::chrono::hours(2))});
      })),
      "bad_lifetime");
  const auto made = in([&](Transaction& transaction) {
    return create_account(transaction, admin, {"late", {}, {}, {}, {}});
  });
  ASSERT_TRUE(made);
  EXPECT_EQ(made->enrolment.expires - clock_.now(), std::chrono::minutes(10));
}

TEST_F(Settings, HaveBoundsAndDefaults) {
  EXPECT_EQ(value_of(setting::change_lifetime), std::chrono::days(7));
  EXPECT_EQ(set_to("change_lifetime", "91d"), "bad_setting");
  EXPECT_EQ(set_to("change_lifetime", "1m"), "bad_setting");
  EXPECT_EQ(set_to("change_lifetime", "soon"), "bad_setting");
  EXPECT_EQ(set_to("colour", "1d"), "not_found");
  EXPECT_EQ(set_to("change_lifetime", "14d"), "ok");
  reopen();
  EXPECT_EQ(value_of(setting::change_lifetime), std::chrono::days(14));
  EXPECT_EQ(set_to("change_lifetime", "default"), "ok");
  EXPECT_EQ(value_of(setting::change_lifetime), std::chrono::days(7));
}

TEST_F(Settings, OfEachAreaTakeItsString) {
  hold("mate", {"/application_settings/modify/", "/system_settings/read/"});
  hold("outsider", {"/system_settings/modify/"});
  actor_ = "mate";
  EXPECT_EQ(set_to("token_lifetime", "1d"), "ok");
  EXPECT_EQ(set_to("change_lifetime", "1d"), "not_allowed");
  actor_ = "outsider";
  EXPECT_EQ(set_to("change_lifetime", "1d"), "ok");
  EXPECT_EQ(set_to("token_lifetime", "1d"), "not_found") << "nor may he see it";
}

class MetadataTypes : public RoleWorld {
 protected:
  std::string define(const json& field, const std::string& description = "") {
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      const auto read = metadata_field_from_json(field, "");
      if (!read) return fail(read.error());
      const auto made = create_metadata_type(transaction, caller, {0, description, *read});
      return made ? Status() : fail(made.error());
    });
  }
  Result<json> written_out(const json& policy) {
    return in([&](Transaction& transaction) {
      return with_types_written_out(transaction, policy, "/policy");
    });
  }
  static json demanding(const json& field) { return {{"demands", {{"metadata", {field}}}}}; }
};

TEST_F(MetadataTypes, AreWrittenOutWhereAPolicyNamesThem) {
  ASSERT_EQ(define({{"name", "ticket"}, {"kind", "pattern"}, {"pattern", "[A-Z]+-[0-9]+"}}), "ok");
  EXPECT_EQ(define({{"name", "TICKET"}, {"kind", "text"}}), "name_taken");
  EXPECT_EQ(*written_out(demanding({{"type", "Ticket"}})), demanding({{"name", "ticket"},
                                                                      {"kind", "pattern"},
                                                                      {"pattern", "[A-Z]+-[0-9]+"},
                                                                      {"required", true}}));
  EXPECT_EQ(*written_out(demanding({{"type", "ticket"}, {"name", "bug"}, {"required", false}})),
            demanding({{"name", "bug"},
                       {"kind", "pattern"},
                       {"pattern", "[A-Z]+-[0-9]+"},
                       {"required", false}}));
  const json plain = demanding({{"name", "note"}, {"kind", "text"}});
  EXPECT_EQ(*written_out(plain), plain);
  EXPECT_EQ(*written_out({{"approval", "none"}}), json({{"approval", "none"}}));
  const auto unknown = written_out(demanding({{"type", "colour"}}));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("/policy/demands/metadata/0/type"), std::string::npos)
      << unknown.error().message;
  EXPECT_FALSE(written_out(demanding({{"type", "ticket"}, {"kind", "text"}})))
      << "the type says that";
}

// Otherwise who may change types would loosen policies that he may not touch.
TEST_F(MetadataTypes, DoNotReachIntoPoliciesThatWereSet) {
  ASSERT_EQ(define({{"name", "ticket"}, {"kind", "pattern"}, {"pattern", "[A-Z]+-[0-9]+"}}), "ok");
  json policy = policy_of({"approver"}, 1);
  policy["demands"] = {{"metadata", {{{"type", "ticket"}}}}};
  ASSERT_EQ(submits("keeper", "policy.set",
                    {{"signer", 0}, {"policy", *written_out(policy)}, {"reason", "test"}}),
            "ok");
  const auto demanded = [&] {
    return *in([&](Transaction& transaction) -> Result<MetadataField> {
      return transaction.signers.current_policy(signer(transaction))->demands.metadata.front();
    });
  };
  EXPECT_EQ(demanded().pattern, "[A-Z]+-[0-9]+");
  ASSERT_EQ(does([](Transaction& transaction, const Caller& caller) -> Status {
              const auto done = change_metadata_type(transaction, caller,
                                                     {0, "anything", {"ticket", FieldKind::text}});
              return done ? Status() : fail(done.error());
            }),
            "ok");
  EXPECT_EQ(demanded().pattern, "[A-Z]+-[0-9]+");
  ASSERT_EQ(does([](Transaction& transaction, const Caller& caller) -> Status {
              const auto done = delete_metadata_type(transaction, caller, "ticket");
              return done ? Status() : fail(done.error());
            }),
            "ok");
  EXPECT_EQ(demanded().pattern, "[A-Z]+-[0-9]+");
  EXPECT_FALSE(written_out(policy));
}

class KnownGateways : public RoleWorld {
 protected:
  void note(const std::string& name, const std::string& version) {
    ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
      note_gateway(transaction, {0, name, "daemon", "host", 7, version, {}, {}});
      return {};
    }));
  }
  std::vector<KnownGateway> all() {
    return *in([](Transaction& transaction) -> Result<std::vector<KnownGateway>> {
      return transaction.gateways.list();
    });
  }
  std::string forget(const std::string& number) {
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      const auto gone = forget_gateway(transaction, caller, number);
      return gone ? Status() : fail(gone.error());
    });
  }
};

TEST_F(KnownGateways, AreNotedNowAndThen) {
  note("a", "1");
  const Time first = clock_.now();
  clock_.advance(std::chrono::minutes(4));
  note("a", "1");
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all().front().seen, first) << "so soon nothing is written";
  note("a", "2");
  EXPECT_EQ(all().front().version, "2");
  EXPECT_EQ(all().front().seen, clock_.now());
  clock_.advance(std::chrono::minutes(5));
  note("a", "2");
  EXPECT_EQ(all().front().seen, clock_.now());
  EXPECT_EQ(all().front().since, first);
  note("b", "2");
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(KnownGateways, AreForgottenWhenTheyAreGone) {
  note("a", "1");
  EXPECT_EQ(forget("1"), "gateway_at_work");
  EXPECT_EQ(forget("2"), "not_found");
  EXPECT_EQ(forget("a"), "not_found");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(forget("1"), "ok");
  EXPECT_TRUE(all().empty());
}

class SignerSettings : public RoleWorld {
 protected:
  std::string change_it(const std::string& who, const SignerChange& wish) {
    actor_ = who;
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      const Signer& release = signer(transaction);
      if (auto good = authorise(transaction, caller, operation("signer.change"), &release); !good)
        return good;
      return change_signer(transaction, caller, release, wish);
    });
  }
};

TEST_F(SignerSettings, AreItsAdminsMatter) {
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(grant("root", "outsider"), "ok");
  for (const char* const who : {"admin", "engineer", "approver", "outsider"})
    EXPECT_EQ(change_it(who, {.description = "mine"}), "not_allowed") << who;
  EXPECT_EQ(change_it("keeper", {.description = "of the shop"}), "ok");
  EXPECT_EQ(change_it("keeper", {.description = "a\nb"}), "bad_text");
  const auto description = in([&](Transaction& transaction) -> Result<std::string> {
    return signer(transaction).description;
  });
  EXPECT_EQ(*description, "of the shop");
}

TEST_F(SignerSettings, TakeOnlyACertificateOfThePinnedKey) {
  const auto other = certificate_from_der(self_signed(SoftwareKey::ec("P-256")));
  EXPECT_EQ(change_it("keeper", {.certificates = {*other}}), "certificate_mismatch");
  const auto own = in([&](Transaction& transaction) {
    return certificate_from_der(signer(transaction).certificates.front());
  });
  EXPECT_EQ(change_it("keeper", {.certificates = {*own, *other}}), "ok");
  EXPECT_EQ(*in([&](Transaction& transaction) -> Result<std::size_t> {
    return signer(transaction).certificates.size();
  }),
            2U);
  clock_.advance(own->not_after - clock_.now());
  EXPECT_EQ(change_it("keeper", {.certificates = {*own}}), "certificate_not_valid");
  ASSERT_EQ(submits("keeper", "signer.retire", {{"signer", 0}, {"reason", "x"}}), "ok");
  EXPECT_EQ(change_it("keeper", {.description = "late"}), "retired");
}

}  // namespace
}  // namespace countersign::test
