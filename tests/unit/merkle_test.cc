// The Merkle tree against the definition in RFC 6962 §2.1, computed the slow way.
#include "policy/model/merkle.h"

#include <gtest/gtest.h>

#include <string>

#include "core/encoding.h"

namespace countersign {
namespace {

TreeHash slow_root(const std::vector<TreeHash>& leaves, std::size_t from, std::size_t to) {
  if (to - from == 1) return leaves[from];
  std::size_t split = 1;
  while (split * 2 < to - from) split *= 2;
  return node_hash(slow_root(leaves, from, from + split), slow_root(leaves, from + split, to));
}

std::vector<TreeHash> some_leaves(std::size_t count) {
  std::vector<TreeHash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(as_bytes(std::to_string(i))));
  return leaves;
}

TEST(Merkle, EmptyTreeAndEmptyLeafAreTheKnownOnes) {
  EXPECT_EQ(to_hex(Frontier().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(leaf_hash({})),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Merkle, GrowingTreeHasTheDefinedRootAtEverySize) {
  const auto leaves = some_leaves(130);
  Frontier tree;
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    tree.append(leaves[size - 1]);
    EXPECT_EQ(tree.root(), slow_root(leaves, 0, size)) << size;
  }
}

TEST(Merkle, RestoredTreeGrowsOnAlike) {
  const auto leaves = some_leaves(40);
  Frontier tree;
  for (std::size_t i = 0; i < 37; ++i) tree.append(leaves[i]);
  auto restored = Frontier::restore(tree.size(), tree.peaks());
  ASSERT_TRUE(restored);
  for (std::size_t i = 37; i < 40; ++i) {
    tree.append(leaves[i]);
    restored->append(leaves[i]);
  }
  EXPECT_EQ(tree.root(), restored->root());
}

TEST(Merkle, PeaksThatDoNotFitTheSizeAreRefused) {
  EXPECT_FALSE(Frontier::restore(3, {TreeHash{}}));
  EXPECT_FALSE(Frontier::restore(-1, {}));
}

}  // namespace
}  // namespace countersign
