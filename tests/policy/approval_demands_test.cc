// What a step wants of an approval besides its approver: a fresh token, a signature.
#include <openssl/evp.h>

#include <set>

#include "core/crypto.h"
#include "core/encoding.h"
#include "policy/approval_keys.h"
#include "policy/request_form.h"
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::minutes;

class ApprovalDemands : public RequestWorld {
 protected:
  /// The signature, as X.509 has it, of an approver's key over the form.
  static std::string signature(const SoftwareKey& key, const std::string& text) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    Bytes bytes(256);
    std::size_t size = bytes.size();
    const ByteView message = as_bytes(text);
    EXPECT_EQ(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", crypto_context(), nullptr,
                                    key.get(), nullptr),
              1);
    EXPECT_EQ(EVP_DigestSign(context.get(), bytes.data(), &size, message.data(), message.size()),
              1);
    bytes.resize(size);
    return to_base64(bytes);
  }

  std::string form_of(RequestId id) {
    return *in([&](Transaction& transaction) -> Result<std::string> {
      const Request request = *transaction.requests.find(id);
      return request_form(
          transaction, request,
          transaction.signers.find_policy(request.signer, request.policy)->policy.steps.front());
    });
  }

  std::int64_t add_key(const std::string& who, const SoftwareKey& key) {
    const Caller caller = as(who);
    const auto added = in([&](Transaction& transaction) {
      return add_approval_key(transaction, caller, "laptop", key.public_key().der());
    });
    return added ? added->id : 0;
  }

  const SoftwareKey key_of_approver_ = SoftwareKey::ec("P-256");
  const SoftwareKey key_of_second_ = SoftwareKey::ec("P-256");
};

TEST_F(ApprovalDemands, AFreshTokenWhereTheStepWantsOne) {
  ASSERT_EQ(set(with("/approval/0/token_younger_than", "15m")), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(answer(as("approver"), id, {true}), "step_up_needed");
  EXPECT_EQ(answer(proven("approver", minutes(15) + Milliseconds(1)), id, {true}),
            "step_up_needed");
  EXPECT_EQ(show(id).state, RequestState::pending);
  EXPECT_EQ(answer(proven("approver", minutes(15)), id, {true}), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
}

TEST_F(ApprovalDemands, NoneToReject) {
  ASSERT_EQ(set(with("/approval/0/token_younger_than", "15m")), "ok");
  EXPECT_EQ(answer(as("approver"), ask("engineer", 1)->id, {false, "no"}), "ok");
}

TEST_F(ApprovalDemands, ASignatureOverTheFormWhereTheStepWantsOne) {
  ASSERT_EQ(set(with("/approval/0/signed", true)), "ok");
  const std::int64_t key = add_key("approver", key_of_approver_);
  const std::int64_t other = add_key("second", key_of_second_);
  clock_.advance(minutes(1));
  const RequestId id = ask("engineer", 1)->id;
  const std::string form = form_of(id);
  const std::string good = signature(key_of_approver_, form);
  EXPECT_EQ(answer(as("approver"), id, {true}), "signature_missing");
  EXPECT_EQ(answer(as("approver"), id, {true, "", key, signature(key_of_approver_, form + " ")}),
            "bad_signature");
  EXPECT_EQ(answer(as("approver"), id, {true, "", key, "not base64!"}), "bad_signature");
  EXPECT_EQ(answer(as("approver"), id, {true, "", key, ""}), "bad_signature");
  EXPECT_EQ(answer(as("approver"), id, {true, "", other, signature(key_of_second_, form)}),
            "bad_signature");
  EXPECT_EQ(answer(as("second"), id, {true, "", key, good}), "bad_signature");
  EXPECT_EQ(show(id).state, RequestState::pending);
  ASSERT_EQ(answer(as("approver"), id, {true, "", key, good}), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
  const auto records = log();
  EXPECT_NE(records.back().body.find(good.substr(0, 20)), std::string::npos) << records.back().body;
}

/// What stands in the log as somebody's signature is one, whether the step wanted it or not.
TEST_F(ApprovalDemands, NoFalseSignatureWhereNoneIsWanted) {
  const std::int64_t key = add_key("approver", key_of_approver_);
  clock_.advance(minutes(1));
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(answer(as("approver"), id, {true, "", key, signature(key_of_approver_, "other")}),
            "bad_signature");
  EXPECT_EQ(answer(as("approver"), id, {true, "", key, signature(key_of_approver_, form_of(id))}),
            "ok");
}

TEST_F(ApprovalDemands, AKeyThatWasThereBefore) {
  ASSERT_EQ(set(with("/approval/0/signed", true)), "ok");
  const auto answers_with_new_key = [&](const SoftwareKey& key, Milliseconds later) {
    const RequestId id = ask("engineer", 1)->id;
    clock_.advance(later);
    return answer(as("approver"), id,
                  {true, "", add_key("approver", key), signature(key, form_of(id))});
  };
  EXPECT_EQ(answers_with_new_key(key_of_approver_, minutes(1)), "bad_signature");
  EXPECT_EQ(answers_with_new_key(key_of_second_, Milliseconds(0)), "bad_signature");
}

TEST_F(ApprovalDemands, KeysArePeoplesAndTwentyAtMost) {
  make_machine("builder", "outsider", "auditor");
  EXPECT_EQ(add_key("builder", key_of_second_), 0);
  for (int i = 0; i < 20; ++i) ASSERT_NE(add_key("approver", SoftwareKey::ec("P-256")), 0);
  EXPECT_EQ(add_key("approver", key_of_approver_), 0);
  EXPECT_NE(add_key("second", key_of_second_), 0);
}

TEST_F(ApprovalDemands, NoKeyThatWasTakenAway) {
  ASSERT_EQ(set(with("/approval/0/signed", true)), "ok");
  const std::int64_t key = add_key("approver", key_of_approver_);
  EXPECT_EQ(add_key("approver", key_of_approver_), 0) << "the same key twice";
  clock_.advance(minutes(1));
  const RequestId id = ask("engineer", 1)->id;
  const auto remove = [&](const std::string& who) {
    const Caller caller = as(who);
    return code(in(
        [&](Transaction& transaction) { return remove_approval_key(transaction, caller, key); }));
  };
  EXPECT_EQ(remove("second"), "not_found");
  EXPECT_EQ(remove("approver"), "ok");
  EXPECT_EQ(remove("approver"), "already_removed");
  EXPECT_EQ(answer(as("approver"), id, {true, "", key, signature(key_of_approver_, form_of(id))}),
            "bad_signature");
}

TEST_F(ApprovalDemands, TheFormSaysWhatIsAgreedTo) {
  NewRequest wish{"2.1", {}, minutes(5)};
  wish.digests = {{std::string(64, 'b'), "app", 2, 0}, {std::string(64, 'a'), "", 1, 0}};
  wish.networks = {"local"};
  wish.metadata = {{"ticket", "REL-7"}};
  wish.starts = clock_.now() + minutes(1);
  const RequestId id = create("engineer", wish)->id;
  const std::string fingerprint = *in([&](Transaction& transaction) -> Result<std::string> {
    return to_hex(signer(transaction).pinned.fingerprint());
  });
  const std::string lines = std::string(64, 'a') + " 1 \n" + std::string(64, 'b') + " 2 app\n";
  const nlohmann::json expected{{"form", "countersign approval 1"},
                                {"verdict", "approve"},
                                {"request", id},
                                {"step", "release"},
                                {"signer", "release"},
                                {"key_sha256", fingerprint},
                                {"requester", "engineer"},
                                {"beneficiary", "engineer"},
                                {"policy", 1},
                                {"reason", "2.1"},
                                {"signatures", 3},
                                {"window", "5m"},
                                {"created", to_rfc3339(clock_.now())},
                                {"starts", to_rfc3339(*wish.starts)},
                                {"networks", {"local"}},
                                {"metadata", {{"ticket", "REL-7"}}},
                                {"digests_sha256", to_hex(sha256(as_bytes(lines)))}};
  EXPECT_EQ(form_of(id), expected.dump());
}

/// Whatever an approval agrees to is in the form.
TEST_F(ApprovalDemands, FormsOfDifferentRequestsDiffer) {
  std::set<std::string> forms;
  NewRequest wish;
  wish.reason = "one";
  wish.count = 1;
  const auto add = [&] {
    const auto request = create("engineer", wish);
    ASSERT_TRUE(request) << request.error().text();
    nlohmann::json form = nlohmann::json::parse(form_of(request->id));
    form.erase("request");
    EXPECT_TRUE(forms.insert(form.dump()).second) << form;
  };
  add();
  wish.reason = "two";
  add();
  wish.count = 2;
  add();
  wish.window = minutes(5);
  add();
  wish.metadata = {{"ticket", "REL-7"}};
  add();
  wish.networks = {"local"};
  add();
  wish.starts = clock_.now() + minutes(1);
  add();
  wish.count.reset();
  wish.digests = {{std::string(64, 'a'), "app", 1, 0}};
  add();
  wish.digests.front().times = 2;
  add();
  wish.digests.front().name = "other";
  add();
}

}  // namespace
}  // namespace countersign::test
