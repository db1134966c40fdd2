#include "policy/gains.h"

#include <algorithm>
#include <vector>

namespace countersign {
namespace {

struct Watched {
  AccountId account;
  const char* code;
  std::string whom;
  std::vector<Permission> strings;  ///< held before
  std::vector<HeldMembership> roles;
};

std::vector<Watched> watched_by(Transaction& transaction, const Caller& caller) {
  std::vector<Watched> all{{caller.account.id, "own_gain", "you", {}, {}}};
  for (const AccountId id : transaction.accounts.machines_of(caller.account.id))
    all.push_back({id, "own_gain", "your machine " + transaction.accounts.name_of(id), {}, {}});
  for (const AccountId id : transaction.credentials.not_enrolled(transaction.now))
    if (id != caller.account.id)
      all.push_back({id,
                     "not_enrolled",
                     transaction.accounts.name_of(id) + ", who has not enrolled yet",
                     {},
                     {}});
  for (Watched& each : all) {
    each.strings = transaction.rights.strings_of(each.account);
    each.roles = transaction.rights.memberships_of(each.account);
  }
  return all;
}

const Permission* gained(const std::vector<Permission>& before,
                         const std::vector<Permission>& after) {
  const auto found = std::ranges::find_if(after, [&](const Permission& string) {
    return std::ranges::none_of(before,
                                [&](const Permission& held) { return held.covers(string); });
  });
  return found == after.end() ? nullptr : &*found;
}

/// The roles of a layer are in the order of what they give.
const HeldMembership* gained(const std::vector<HeldMembership>& before,
                             const std::vector<HeldMembership>& after) {
  const auto found = std::ranges::find_if(after, [&](const HeldMembership& role) {
    return std::ranges::none_of(before, [&](const HeldMembership& held) {
      return layer_of(held.role) == layer_of(role.role) && held.object == role.object &&
             held.role >= role.role;
    });
  });
  return found == after.end() ? nullptr : &*found;
}

/// What the account holds now and did not hold before, in words; "" for nothing.
std::string gain_of(Transaction& transaction, const Watched& who) {
  const auto strings = transaction.rights.strings_of(who.account);
  if (const Permission* const string = gained(who.strings, strings))
    return "\"" + string->text() + "\"";
  const auto roles = transaction.rights.memberships_of(who.account);
  if (const HeldMembership* const role = gained(who.roles, roles))
    return "the role " + std::string(to_text(role->role)) + " on the " +
           std::string(to_text(layer_of(role->role))) + " " + std::to_string(role->object);
  return "";
}

}  // namespace

Status keep_unless_own_gain(Transaction& transaction, const Caller& caller,
                            const std::function<Status()>& change) {
  const std::vector<Watched> watched = watched_by(transaction, caller);
  transaction.trial.begin();
  if (auto made = change(); !made) {
    transaction.trial.undo();
    return made;
  }
  for (const Watched& each : watched) {
    const std::string gain = gain_of(transaction, each);
    if (gain.empty()) continue;
    transaction.trial.undo();
    return fail(ErrorKind::denied, each.code, "that would give " + gain + " to " + each.whom,
                each.code == std::string("own_gain")
                    ? "have somebody else do it who may change roles"
                    : "have the account enrolled first: countersign token create --enrol");
  }
  transaction.trial.keep();
  return {};
}

}  // namespace countersign
