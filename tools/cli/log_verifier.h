// The check of the whole log that `log verify` makes by itself, trusting nothing the gateway says
// but what the log's key signed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"
#include "policy/model/merkle.h"
#include "policy/model/tree_head.h"

namespace countersign {

/// Rebuilds the tree of RFC 6962 §2.1 from the records, in their order. Not thread-safe.
class LogVerifier {
 public:
  /// `head` is the head that the records are to prove, already opened with the log's public key.
  explicit LogVerifier(TreeHead head);

  bool complete() const { return tree_.size() == head_.size; }
  /// Number of the record that check() expects next.
  std::int64_t next() const { return tree_.size(); }

  /// Checks the next record, as docs/api.md gives it: its number follows the last one's, it is what
  /// its leaf hash stands for (check_record()). Error: `log_not_verified` with the number.
  Status check(const nlohmann::json& record);

  /// Checks that exactly the head's records were seen and that their root is the signed one.
  /// Error: `log_not_verified`.
  Status finish() const;

 private:
  TreeHead head_;
  Frontier tree_;
};

}  // namespace countersign
