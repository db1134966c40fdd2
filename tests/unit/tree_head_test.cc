// The signed head: what the log key signed opens, and nothing else does.
#include "policy/model/tree_head.h"

#include <gtest/gtest.h>

#include "policy/log_key.h"

namespace countersign {
namespace {

class SignedHead : public testing::Test {
 protected:
  std::string note(const TreeHead& head) const {
    const std::string text = note_text(head);
    return write_note(head, note_key_id(head.origin, key_.public_key()), key_.sign(as_bytes(text)));
  }
  LogKey key_ = LogKey::generate();
  TreeHead head_{"gw.example.com", 42, leaf_hash(as_bytes("x"))};
  std::string verifier_ = verifier_key("gw.example.com", key_.public_key());
};

TEST_F(SignedHead, OpensWithItsKey) {
  const auto opened = open_tree_head(note(head_), verifier_);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(*opened, head_);
}

TEST_F(SignedHead, DoesNotOpenWithAnotherKeyOrName) {
  const std::string other = verifier_key("gw.example.com", LogKey::generate().public_key());
  EXPECT_EQ(open_tree_head(note(head_), other).error().code, "tree_head_not_signed");
  const std::string renamed = verifier_key("gw.example.org", key_.public_key());
  EXPECT_EQ(open_tree_head(note(head_), renamed).error().code, "tree_head_not_signed");
}

TEST_F(SignedHead, EveryChangedByteIsFound) {
  const std::string good = note(head_);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto opened = open_tree_head(changed, verifier_);
    EXPECT_FALSE(opened) << "byte " << at;
  }
}

TEST_F(SignedHead, MalformedVerifierKeysAreRefused) {
  for (const std::string& bad : {std::string(), std::string("name"), std::string("name+1234+AAAA"),
                                 verifier_.substr(1), verifier_ + "A"})
    EXPECT_EQ(open_tree_head(note(head_), bad).error().code, "bad_verifier_key") << bad;
}

TEST(LogKeyTest, SurvivesItsPem) {
  const LogKey key = LogKey::generate();
  const auto again = LogKey::from_pem(key.to_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_EQ(again->derive("x"), key.derive("x"));
  EXPECT_NE(key.derive("x"), key.derive("y"));
  EXPECT_EQ(LogKey::from_pem(SecureBytes("nonsense")).error().code, "bad_log_key");
}

}  // namespace
}  // namespace countersign
