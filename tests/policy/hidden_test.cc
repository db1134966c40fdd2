// What a caller may not know of costs the same queries as what does not exist, and is answered by
// the same error.
#include "policy/applications.h"
#include "policy/containers.h"
#include "policy/visible_requests.h"
#include "tests/policy/role_world.h"
#include "tests/policy/statement_counter.h"

namespace countersign::test {
namespace {

struct CountingStatements {
  CountingStatements() { count_statements(); }
};

/// CountingStatements begins before the world opens its store.
class Hidden : private CountingStatements, public RoleWorld {
 protected:
  Hidden() {
    does([](auto& transaction, auto& caller) {
      return create_application(transaction, caller, {"web", "", "keeper"});
    });
    does([](auto& transaction, auto& caller) {
      return create_container(transaction, caller, "keys", "");
    });
    request_ = std::to_string(ask("engineer", 1)->id);
  }

  struct Answer {
    std::string error;
    std::int64_t statements;

    bool operator==(const Answer&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Answer& answer) {
      return out << answer.statements << " statements, " << answer.error;
    }
  };

  /// What `look` answers to the outsider, and with how many statements.
  template <class Look>
  Answer answer_to(Look look) {
    const Caller caller = as("outsider");
    Answer answer;
    EXPECT_TRUE(store_->run([&](Transaction& transaction) -> Status {
      const std::int64_t before = statements_run();
      const auto found = look(transaction, caller);
      answer = {found ? "" : found.error().code + found.error().text(), statements_run() - before};
      return {};
    }));
    return answer;
  }
  Answer signer_by(const std::string& reference) {
    return answer_to([&](auto& transaction, auto& caller) {
      return visible_signer(transaction, caller, reference);
    });
  }
  Answer application_by(const std::string& reference) {
    return answer_to([&](auto& transaction, auto& caller) {
      return visible_application(transaction, caller, reference);
    });
  }
  Answer container_by(const std::string& reference) {
    return answer_to([&](auto& transaction, auto& caller) {
      return visible_container(transaction, caller, reference);
    });
  }
  Answer request_by(const std::string& reference) {
    return answer_to([&](auto& transaction, auto& caller) {
      return visible_request(transaction, caller, reference);
    });
  }
  Answer requests_listed() {
    return answer_to([&](auto& transaction, auto& caller) -> Result<std::size_t> {
      RequestFilter filter;
      filter.among = visible_requests(transaction, caller);
      if (!transaction.requests.list(filter).empty()) return no_such("nothing");
      return 0U;
    });
  }
  Answer change_by(ChangeId id) {
    return answer_to([&](auto& transaction, auto& caller) {
      return answer_change(transaction, caller, id, true, "");
    });
  }
  /// A group is nothing to look for without the right to see accounts.
  Answer group_by(const std::string& reference) {
    return answer_to([&](auto& transaction, auto& caller) -> Result<Group> {
      if (auto good = authorise(transaction, caller, operation("group.show"), {}); !good)
        return fail(good.error());
      return *transaction.groups.find(reference);
    });
  }

  std::string request_;
};

TEST_F(Hidden, IsAsIfItDidNotExist) {
  EXPECT_EQ(signer_by("release"), signer_by("nothing"));
  EXPECT_EQ(signer_by("release"), signer_by("else")) << "and so it stays when it is asked again";
  EXPECT_EQ(signer_by("1"), signer_by("77"));
  EXPECT_EQ(application_by("web"), application_by("nothing"));
  EXPECT_EQ(application_by("1"), application_by("77"));
  EXPECT_EQ(container_by("keys"), container_by("nothing"));
  EXPECT_EQ(container_by("1"), container_by("77"));
  EXPECT_EQ(request_by(request_), request_by("77"));
  ASSERT_EQ(group("readers"), "ok");
  EXPECT_EQ(group_by("readers"), group_by("nothing"));
  ASSERT_EQ(
      submits("admin", "member.add", {{"signer", 0}, {"principal", "mate"}, {"role", "admin"}}),
      "waits");
  EXPECT_EQ(change_by(1), change_by(77));
}

// What is kept in memory of a signer or not makes no difference either.
TEST_F(Hidden, IsAsIfItDidNotExistAfterTheStoreWasOpenedAgain) {
  reopen();
  EXPECT_EQ(signer_by("release"), signer_by("nothing"));
  reopen();
  EXPECT_EQ(signer_by("1"), signer_by("77"));
  reopen();
  EXPECT_EQ(request_by(request_), request_by("77"));
}

TEST_F(Hidden, AreRequestsInAList) {
  const Answer one = requests_listed();
  EXPECT_EQ(one.error, "");
  ask("engineer", 1);
  ask("mate", 1);
  EXPECT_EQ(requests_listed(), one);
  reopen();
  const Answer again = requests_listed();
  ask("mate", 1);
  reopen();
  EXPECT_EQ(requests_listed(), again);
}

TEST_F(Hidden, IsReallyLookedFor) {
  EXPECT_GE(signer_by("release").statements, 2);
  EXPECT_GE(application_by("web").statements, 2);
  EXPECT_GE(request_by(request_).statements, 3);
  EXPECT_NE(signer_by("release").error, "");
}

}  // namespace
}  // namespace countersign::test
