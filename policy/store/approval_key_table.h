// The public keys with which approvals are signed.
#pragma once

#include <optional>
#include <vector>

#include "policy/model/approval_key.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class ApprovalKeyTable {
 public:
  explicit ApprovalKeyTable(soci::session& sql) : sql_(sql) {}

  std::int64_t add(const ApprovalKey& key);
  std::optional<ApprovalKey> find(std::int64_t id);
  /// Of the account, oldest first, ended ones included.
  std::vector<ApprovalKey> of(AccountId account);
  void end(std::int64_t id, Time now);

 private:
  soci::session& sql_;
};

}  // namespace countersign
