// What somebody holds, by his account, his claims and their groups: the one place that is read for
// a decision.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/caller.h"
#include "policy/model/permissions/right_decision.h"
#include "policy/store/remembered.h"

namespace soci {
class session;
}

namespace countersign {

class WriteWatch;

/// Remembers what members of an object hold until something of it may have changed. Not
/// thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class RightTable {
 public:
  RightTable(soci::session& sql, const WriteWatch& watch);
  ~RightTable();

  /// What `subject` holds among `relevant`, in one query whose work grows with his claims, groups
  /// and roles and not with the store. Claims and groups give roles with strings and roles on
  /// applications; another layered role is the account's own.
  HeldRights held_by(const Subject& subject, const RelevantRights& relevant);

  /// Every string that `subject` holds, each as far as its permission set reaches.
  std::vector<Permission> strings_of(const Subject& subject);

  /// Every layered role of `subject`, without saying through which group and of what name.
  std::vector<HeldMembership> memberships_of(const Subject& subject);

  /// The query behind held_by(), for the test that looks at its plan.
  static std::string query();

 private:
  struct Prepared;
  struct Question {
    AccountId account;
    std::string claims;  ///< as JSON
    SignerId signer;
    ApplicationId application;
    std::string strings;  ///< as JSON
    auto operator<=>(const Question&) const = default;
  };
  HeldRights read(const Question& question);

  soci::session& sql_;
  Remembered<Question, HeldRights> known_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
