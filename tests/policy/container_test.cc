// Containers and sources of PINs: which strings and roles reach which, and what is kept of a check.
#include "policy/containers.h"

#include "core/encoding.h"
#include "policy/application_members.h"
#include "policy/applications.h"
#include "tests/policy/role_world.h"
#include "tests/unit/test_keys.h"

namespace countersign::test {
namespace {

/// The containers 1 "web-keys" and 2 "spare", and the sources 1 "lab" and 2 "vault".
class Containers : public RoleWorld {
 protected:
  Containers() {
    for (const char* const name : {"web-keys", "spare"})
      EXPECT_EQ(does([&](auto& transaction, auto& caller) {
                  return create_container(transaction, caller, name, "");
                }),
                "ok");
    EXPECT_TRUE(store_->run([](Transaction& transaction) -> Status {
      transaction.pin_sources.number({"lab", "vault"});
      transaction.pin_sources.number({"vault", "lab"});
      return {};
    }));
  }

  template <class Look>
  std::string seen(const std::string& who, Look look) {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) { return look(transaction, caller); }));
  }
  std::string sees(const std::string& who, const std::string& container) {
    return seen(who, [&](auto& transaction, auto& caller) {
      return visible_container(transaction, caller, container);
    });
  }
  std::string sees_source(const std::string& who, const std::string& source) {
    return seen(who, [&](auto& transaction, auto& caller) {
      return visible_pin_source(transaction, caller, source);
    });
  }
  /// Whether he may do the operation on the container.
  std::string may_do(const std::string& who, const char* name, const std::string& container) {
    return seen(who, [&](Transaction& transaction, const Caller& caller) -> Result<int> {
      const auto found = visible_container(transaction, caller, container);
      if (!found) return fail(found.error());
      const auto allowed = authorise(transaction, caller, operation(name), on_container(*found));
      if (!allowed) return fail(allowed.error());
      return 0;
    });
  }
  void hold(const std::string& who, const std::vector<std::string>& strings) {
    ASSERT_EQ(role(who + "-role", strings), "ok");
    ASSERT_EQ(grant(who + "-role", who), "ok");
  }
  Container container(const std::string& name) {
    return *in([&](Transaction& transaction) -> Result<Container> {
      return *transaction.containers.find(name);
    });
  }
  std::vector<ContainerKey> keys() {
    return *in([&](Transaction& transaction) -> Result<std::vector<ContainerKey>> {
      return transaction.containers.keys(1);
    });
  }
  std::string add_key(const std::string& uri, const PublicKey& key) {
    return does([&](Transaction& transaction, const Caller& caller) {
      return add_container_key(transaction, caller, *transaction.containers.find(1), "lab", uri,
                               to_hex(key.fingerprint()));
    });
  }
  void check(const std::vector<KeyCheck>& seen_of, const Caller* caller = nullptr) {
    ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
      record_container_check(transaction, caller, 1, seen_of);
      return {};
    }));
  }
};

TEST_F(Containers, AStringReachesOneOrAll) {
  hold("engineer", {"/certificate_stores/read/1/", "/certificate_stores/schedule/1/"});
  EXPECT_EQ(sees("engineer", "web-keys"), "ok");
  EXPECT_EQ(sees("engineer", "1"), "ok");
  EXPECT_EQ(sees("engineer", "spare"), "not_found");
  EXPECT_EQ(sees("outsider", "web-keys"), "not_found");
  EXPECT_EQ(may_do("engineer", "container.check", "web-keys"), "ok");
  EXPECT_EQ(may_do("engineer", "container.schedule", "web-keys"), "ok");
  EXPECT_EQ(may_do("engineer", "container.add_key", "web-keys"), "not_allowed");
  hold("mate", {"/certificate_stores/read/", "/certificate_stores/modify/2/"});
  EXPECT_EQ(may_do("mate", "container.add_key", "spare"), "ok");
  EXPECT_EQ(may_do("mate", "container.add_key", "web-keys"), "not_allowed");
  EXPECT_EQ(may_do("mate", "container.delete", "spare"), "not_allowed");
  EXPECT_EQ(may_do("admin", "container.delete", "spare"), "ok");
}

TEST_F(Containers, AnApplicationShowsItsOwn) {
  ASSERT_EQ(does([](auto& transaction, auto& caller) {
              return create_application(transaction, caller, {"web", "", "engineer"});
            }),
            "ok");
  const auto put_in = [&](const std::string& name) {
    return does([&](Transaction& transaction, const Caller& caller) {
      return add_container(transaction, caller, *transaction.applications.find("web"), name);
    });
  };
  actor_ = "engineer";
  EXPECT_EQ(put_in("web-keys"), "not_found");
  actor_ = "admin";
  hold("engineer", {"/certificate_stores/read/1/"});
  actor_ = "engineer";
  EXPECT_EQ(put_in("web-keys"), "not_allowed");
  actor_ = "admin";
  ASSERT_EQ(take("engineer-role", "engineer"), "ok");
  ASSERT_EQ(put_in("web-keys"), "ok");
  EXPECT_EQ(put_in("web-keys"), "in_application");
  EXPECT_EQ(sees("engineer", "web-keys"), "ok");
  EXPECT_EQ(sees("engineer", "spare"), "not_found");
  EXPECT_EQ(may_do("engineer", "container.change", "web-keys"), "not_allowed");
  const Caller engineer = as("engineer");
  EXPECT_EQ(*in([&](Transaction& transaction) -> Result<std::size_t> {
    return visible_containers(transaction, engineer).size();
  }),
            1U);
  EXPECT_EQ(does([](Transaction& transaction, const Caller& caller) {
              return delete_application(transaction, caller, *transaction.applications.find("web"));
            }),
            "application_not_empty");
  EXPECT_EQ(does([](Transaction& transaction, const Caller& caller) {
              return remove_container(transaction, caller, *transaction.applications.find("web"),
                                      "web-keys");
            }),
            "ok");
  EXPECT_EQ(sees("engineer", "web-keys"), "not_found");
}

TEST_F(Containers, KeepWhatACheckShowed) {
  static const SoftwareKey key = SoftwareKey::ec("P-256");
  ASSERT_EQ(add_key("pkcs11:token=lab;object=p256", key.public_key()), "ok");
  EXPECT_EQ(add_key("pkcs11:token=lab;id=%01", key.public_key()), "in_container");
  ASSERT_EQ(keys().size(), 1U);
  EXPECT_EQ(keys()[0].fingerprint, to_hex(key.public_key().fingerprint()));
  const auto records = log().size();
  check({{1, key_matches}});
  EXPECT_EQ(log().size(), records) << "what is as it should be is not recorded each time";
  EXPECT_EQ(keys()[0].state, key_matches);
  check({{1, "key_mismatch"}});
  check({{1, "key_mismatch"}});
  EXPECT_EQ(log().size(), records + 1);
  EXPECT_NE(log().back().body.find("1:key_mismatch"), std::string::npos);
  const Caller admin = as("admin");
  check({{1, key_matches}, {77, "token_down"}}, &admin);
  EXPECT_EQ(keys()[0].state, key_matches);
  EXPECT_EQ(log().size(), records + 2);
}

TEST_F(Containers, AreDueAsScheduled) {
  const auto due = [&] {
    return *in([](Transaction& transaction) -> Result<std::size_t> {
      return transaction.containers.due(transaction.now).size();
    });
  };
  EXPECT_EQ(due(), 0U);
  const auto schedule = [&](Milliseconds every) {
    return does([&](Transaction& transaction, const Caller& caller) -> Result<Container> {
      return schedule_container(transaction, caller, *transaction.containers.find(1), every);
    });
  };
  ASSERT_EQ(schedule(std::chrono::hours(1)), "ok");
  EXPECT_EQ(due(), 1U);
  EXPECT_EQ(container("web-keys").every, std::chrono::hours(1));
  ASSERT_EQ(schedule({}), "ok");
  EXPECT_EQ(due(), 0U);
}

TEST_F(Containers, SourcesOfPinsAreNumberedOnceAndReachedByNumber) {
  hold("engineer", {"/pam/read/1/"});
  EXPECT_EQ(sees_source("engineer", "lab"), "ok");
  EXPECT_EQ(sees_source("engineer", "1"), "ok");
  EXPECT_EQ(sees_source("engineer", "vault"), "not_found");
  EXPECT_EQ(sees_source("admin", "vault"), "ok");
  const Caller engineer = as("engineer");
  EXPECT_EQ(*in([&](Transaction& transaction) -> Result<std::size_t> {
    return visible_pin_sources(transaction, engineer).size();
  }),
            1U);
}

}  // namespace
}  // namespace countersign::test
