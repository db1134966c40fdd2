// Certificates and collections of them: which roles and strings show which.
#include "policy/collections.h"

#include "policy/applications.h"
#include "policy/certificates.h"
#include "tests/policy/role_world.h"
#include "tests/policy/statement_counter.h"

namespace countersign::test {
namespace {

struct CountsStatements {
  CountsStatements() { count_statements(); }
};

/// Besides "release" the signers "nightly" and "web-tls", of which the keeper is admin. Outsider
/// makes collections: he holds what that takes.
class Collections : private CountsStatements, public RoleWorld {
 protected:
  Collections() {
    for (const char* const name : {"nightly", "web-tls"})
      EXPECT_EQ(submits("admin", "signer.create", new_signer(name, {"keeper"})), "ok");
    hold("outsider", {"/certificates/collections/modify/", "/certificates/collections/read/"});
  }

  void hold(const std::string& who, const std::vector<std::string>& strings) {
    actor_ = "admin";
    ASSERT_EQ(role(who + "-role", strings), "ok");
    ASSERT_EQ(grant(who + "-role", who), "ok");
  }
  /// Makes a collection as `who`; the code.
  std::string make(const std::string& who, const std::string& name, CertificateQuery query) {
    actor_ = who;
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      if (auto good = authorise(transaction, caller, operation("collection.create"), {}); !good)
        return good;
      const auto made = create_collection(transaction, caller, {0, name, "", query});
      return made ? Status() : fail(made.error());
    });
  }
  std::string alter(const std::string& who, const std::string& name, CertificateQuery query,
                    const std::string& description = "") {
    actor_ = who;
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      const auto found = visible_collection(transaction, caller, name);
      if (!found) return fail(found.error());
      if (auto good = authorise(transaction, caller, operation("collection.change"),
                                on_collection(found->id));
          !good)
        return good;
      const auto made = change_collection(transaction, caller, *found,
                                          {found->id, found->name, description, query});
      return made ? Status() : fail(made.error());
    });
  }
  /// The names of the signers whose certificates `who` finds, joined; or the error's code.
  std::string finds(const std::string& who, const CertificateQuery& query = {},
                    const std::string& collection = "") {
    const Caller caller = as(who);
    const auto names = in([&](Transaction& transaction) -> Result<std::string> {
      CertificateSearch search{query, {}, 0, 100};
      if (!collection.empty()) {
        const auto found = visible_collection(transaction, caller, collection);
        if (!found) return fail(found.error());
        search.collection = *found;
      }
      std::string joined;
      for (const SignerId id : find_certificates(transaction, caller, search))
        joined += (joined.empty() ? "" : " ") + transaction.signers.find(id)->name;
      return joined;
    });
    return names ? *names : names.error().code;
  }
  /// The code of asking for one, and with how many statements.
  std::pair<std::string, std::int64_t> shows(const std::string& who, const std::string& signer) {
    const Caller caller = as(who);
    std::pair<std::string, std::int64_t> answer;
    EXPECT_TRUE(store_->run([&](Transaction& transaction) -> Status {
      const std::int64_t before = statements_run();
      const auto found = visible_certificate(transaction, caller, signer);
      answer = {code(found), statements_run() - before};
      return {};
    }));
    return answer;
  }
};

TEST_F(Collections, AreWhatTheirReadersSee) {
  ASSERT_EQ(make("outsider", "tls", {"TLS"}), "ok");
  ASSERT_EQ(make("outsider", "nights", {"night"}), "ok");
  EXPECT_EQ(finds("mate"), "release") << "of which he is a member";
  EXPECT_EQ(finds("admin"), "") << "a product admin exports none";
  EXPECT_EQ(finds("outsider"), "release nightly web-tls");
  hold("mate", {"/certificates/collections/read/1/"});
  EXPECT_EQ(finds("mate"), "release web-tls");
  EXPECT_EQ(finds("mate", {}, "tls"), "web-tls");
  EXPECT_EQ(finds("mate", {}, "nights"), "not_found");
  EXPECT_EQ(finds("mate", {"rel"}), "release");
  EXPECT_EQ(shows("mate", "web-tls").first, "ok");
  EXPECT_EQ(shows("mate", "nightly").first, "not_found");
  hold("second", {"/signers/certificate/read/"});
  EXPECT_EQ(finds("second"), "release nightly web-tls") << "falls back to the global one";
  EXPECT_EQ(finds("second", {}, "tls"), "not_found") << "which shows no collection";
}

TEST_F(Collections, AConditionHoldsOrNot) {
  const auto until = *in([&](Transaction& transaction) -> Result<Time> {
    return signer(transaction).certificate_until;
  });
  const auto left = std::chrono::duration_cast<Milliseconds>(until - clock_.now());
  EXPECT_EQ(finds("outsider", {.key_type = "ec-p256"}), "release nightly web-tls");
  EXPECT_EQ(finds("outsider", {.key_type = "rsa"}), "");
  EXPECT_EQ(finds("outsider", {.subject = "nothing"}), "");
  EXPECT_EQ(finds("outsider", {.signer = "NIGHT", .expires_within = left}), "nightly");
  EXPECT_EQ(finds("outsider", {.expires_within = left - std::chrono::hours(1)}), "");
  clock_.advance(left + std::chrono::hours(1));
  EXPECT_EQ(finds("outsider", {.signer = "night", .expires_within = Milliseconds(1)}), "nightly")
      << "what has ended ends within any time";
}

// Whoever searches for an application that he may not see learns nothing of what is in it.
TEST_F(Collections, TellNothingOfHiddenApplications) {
  actor_ = "admin";
  ASSERT_EQ(does([](auto& transaction, auto& caller) {
              return create_application(transaction, caller, {"web", "", "mate"});
            }),
            "ok");
  ASSERT_TRUE(store_->run([](Transaction& transaction) -> Status {
    transaction.signers.set_application(transaction.signers.find("web-tls")->id, 1);
    return {};
  }));
  EXPECT_EQ(finds("outsider", {.application = "web"}), "");
  EXPECT_EQ(finds("mate", {.application = "web"}), "web-tls");
  ASSERT_EQ(make("outsider", "shop", {.application = "WEB"}), "ok");
  hold("second", {"/certificates/collections/read/1/"});
  EXPECT_EQ(finds("second", {}, "shop"), "web-tls") << "which is what he was given";
}

// Otherwise who may make collections, and was given one, would see whatever he likes.
TEST_F(Collections, AreMadeByWhoSeesEveryCertificate) {
  ASSERT_EQ(make("outsider", "tls", {"tls"}), "ok");
  hold("second", {"/certificates/collections/modify/", "/certificates/collections/read/1/",
                  "/certificates/collections/read/2/"});
  EXPECT_EQ(make("second", "all", {}), "not_allowed");
  EXPECT_EQ(alter("second", "tls", {}), "not_allowed");
  EXPECT_EQ(alter("second", "tls", {"tls"}, "for the shop"), "ok");
  EXPECT_EQ(make("mate", "all", {}), "not_allowed");
  EXPECT_EQ(make("outsider", "TLS", {}), "name_taken");
  EXPECT_EQ(make("outsider", "two words", {}), "bad_name");
  EXPECT_EQ(alter("outsider", "tls", {"night"}), "ok");
  EXPECT_EQ(finds("second"), "release nightly");
  EXPECT_EQ(alter("mate", "tls", {}), "not_found");
}

TEST_F(Collections, EndWithWhatTheyShowed) {
  ASSERT_EQ(make("outsider", "tls", {"tls"}), "ok");
  hold("mate", {"/certificates/collections/read/1/"});
  actor_ = "outsider";
  ASSERT_EQ(does([](Transaction& transaction, const Caller& caller) -> Status {
              delete_collection(transaction, caller, *transaction.collections.find("tls"));
              return {};
            }),
            "ok");
  EXPECT_EQ(finds("mate"), "release");
  ASSERT_EQ(make("outsider", "tls", {"tls"}), "ok");
  EXPECT_EQ(finds("mate"), "release") << "numbers are not used again";
}

TEST_F(Collections, HideWhatIsNotShownAsIfItDidNotExist) {
  ASSERT_EQ(make("outsider", "tls", {"tls"}), "ok");
  EXPECT_EQ(shows("engineer", "nightly"), shows("engineer", "absent"));
  EXPECT_EQ(shows("engineer", "2"), shows("engineer", "77"));
  hold("mate", {"/certificates/collections/read/1/"});
  shows("mate", "web-tls");  // what is remembered of signers is
  EXPECT_EQ(shows("mate", "nightly"), shows("mate", "absent"));
  EXPECT_GE(shows("mate", "nightly").second, 4);
  const auto collection = [&](const std::string& reference) {
    const Caller caller = as("engineer");
    std::pair<std::string, std::int64_t> answer;
    EXPECT_TRUE(store_->run([&](Transaction& transaction) -> Status {
      const std::int64_t before = statements_run();
      const auto found = visible_collection(transaction, caller, reference);
      answer = {code(found), statements_run() - before};
      return {};
    }));
    return answer;
  };
  EXPECT_EQ(collection("tls"), collection("absent"));
  EXPECT_EQ(collection("1"), collection("77"));
}

}  // namespace
}  // namespace countersign::test
