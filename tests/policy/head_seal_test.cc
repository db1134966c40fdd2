// The seal that the gateway believes, and the signature that everybody can check.
#include "policy/head_seal.h"

#include <gtest/gtest.h>

namespace countersign::test {
namespace {

class SealedHead : public testing::Test {
 protected:
  const LogKey key_ = LogKey::generate();
  const HeadSeal seal_{key_, "gw.example.com"};
  const TreeHead head_{"gw.example.com", 42, leaf_hash(as_bytes("x"))};
};

TEST_F(SealedHead, OpensUnderSealAndSignature) {
  EXPECT_EQ(*seal_.open(seal_.seal(head_)), head_);
  EXPECT_EQ(*seal_.open(seal_.sign(head_)), head_);
  EXPECT_EQ(*open_tree_head(seal_.sign(head_), seal_.verifier()), head_);
}

TEST_F(SealedHead, ASealIsNoSignature) {
  EXPECT_EQ(open_tree_head(seal_.seal(head_), seal_.verifier()).error().code,
            "tree_head_not_signed");
}

TEST_F(SealedHead, NeitherOpensWithAnotherKeyOrName) {
  for (const HeadSeal& other :
       {HeadSeal(LogKey::generate(), "gw.example.com"), HeadSeal(key_, "gw.example.org")}) {
    EXPECT_EQ(other.open(seal_.seal(head_)).error().code, "tree_head_not_signed");
    EXPECT_EQ(other.open(seal_.sign(head_)).error().code, "tree_head_not_signed");
  }
}

TEST_F(SealedHead, EveryChangedByteOfASealIsFound) {
  const std::string good = seal_.seal(head_);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(seal_.open(changed)) << "byte " << at;
  }
}

}  // namespace
}  // namespace countersign::test
