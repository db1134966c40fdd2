#include "policy/model/merkle.h"

#include <algorithm>
#include <bit>

#include "core/crypto.h"

namespace countersign {
namespace {

TreeHash hash_of(const Bytes& input) {
  TreeHash hash;
  std::ranges::copy(sha256(input), hash.begin());
  return hash;
}

}  // namespace

TreeHash leaf_hash(ByteView record) {
  Bytes input{0x00};
  input.insert(input.end(), record.begin(), record.end());
  return hash_of(input);
}

TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
  Bytes input{0x01};
  input.insert(input.end(), left.begin(), left.end());
  input.insert(input.end(), right.begin(), right.end());
  return hash_of(input);
}

std::optional<Frontier> Frontier::restore(std::int64_t size, std::vector<TreeHash> peaks) {
  if (size < 0 || std::popcount(static_cast<std::uint64_t>(size)) != std::ssize(peaks))
    return std::nullopt;
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

void Frontier::append(const TreeHash& leaf) {
  TreeHash merged = leaf;
  for (std::int64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    merged = node_hash(peaks_.back(), merged);
    peaks_.pop_back();
  }
  peaks_.push_back(merged);
  ++size_;
}

TreeHash Frontier::root() const {
  if (peaks_.empty()) return hash_of({});
  TreeHash root = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
    root = node_hash(*peak, root);
  return root;
}

}  // namespace countersign
