// How the gateway vouches for the head of its log: to everybody, and to itself.
#pragma once

#include <string>

#include "policy/log_key.h"
#include "policy/model/tree_head.h"

namespace countersign {

/// Immutable, thread-safe.
class HeadSeal {
 public:
  HeadSeal(LogKey key, std::string origin);

  const std::string& origin() const { return origin_; }
  /// The key that everybody verifies sign() with.
  std::string verifier() const;

  /// The note with an Ed25519 signature under it.
  std::string sign(const TreeHead& head) const;
  /// The note with a MAC under it that only who has the log key can make or check, at a fiftieth of
  /// what a signature costs.
  std::string seal(const TreeHead& head) const;

  /// The head of a note from sign() or seal(). Errors: those of open_note().
  Result<TreeHead> open(const std::string& note) const;

 private:
  const LogKey key_;
  const std::string origin_;
  const Bytes signer_id_;
  const Bytes mac_key_;
  const Bytes mac_id_;
};

}  // namespace countersign
