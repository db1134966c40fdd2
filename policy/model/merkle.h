// The Merkle tree of RFC 6962 §2.1, as far as a growing log needs it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.h"

namespace countersign {

using TreeHash = std::array<std::uint8_t, 32>;

/// Hash of a leaf: SHA-256 of 0x00 and the record's canonical bytes.
TreeHash leaf_hash(ByteView record);

/// Hash of an inner node: SHA-256 of 0x01 and its two children.
TreeHash node_hash(const TreeHash& left, const TreeHash& right);

/// The right edge of a growing tree: all that is needed to append and to know the root.
/// A plain value; not thread-safe.
class Frontier {
 public:
  Frontier() = default;
  /// The frontier of a tree of `size` leaves whose perfect subtrees, largest first, have the roots
  /// `peaks`; nothing when their number does not fit the size.
  static std::optional<Frontier> restore(std::int64_t size, std::vector<TreeHash> peaks);

  void append(const TreeHash& leaf);
  std::int64_t size() const { return size_; }
  const std::vector<TreeHash>& peaks() const { return peaks_; }
  /// The tree's root; SHA-256 of nothing for the empty tree.
  TreeHash root() const;

 private:
  std::int64_t size_ = 0;
  std::vector<TreeHash> peaks_;
};

}  // namespace countersign
