#include "policy/gains.h"

#include <algorithm>
#include <vector>

namespace countersign {
namespace {

struct Watched {
  AccountId account;
  const char* code;
  std::string whom;
  std::vector<Permission> before;
};

std::vector<Watched> watched_by(Transaction& transaction, const Caller& caller) {
  std::vector<Watched> all{{caller.account.id, "own_gain", "you", {}}};
  for (const AccountId id : transaction.accounts.machines_of(caller.account.id))
    all.push_back({id, "own_gain", "your machine " + transaction.accounts.name_of(id), {}});
  for (const AccountId id : transaction.credentials.not_enrolled(transaction.now))
    if (id != caller.account.id)
      all.push_back({id,
                     "not_enrolled",
                     transaction.accounts.name_of(id) + ", who has not enrolled yet",
                     {}});
  for (Watched& each : all) each.before = transaction.rights.strings_of(each.account);
  return all;
}

const Permission* gained(const Watched& who, const std::vector<Permission>& after) {
  const auto found = std::ranges::find_if(after, [&](const Permission& string) {
    return std::ranges::none_of(who.before,
                                [&](const Permission& held) { return held.covers(string); });
  });
  return found == after.end() ? nullptr : &*found;
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
    const std::vector<Permission> after = transaction.rights.strings_of(each.account);
    const Permission* const string = gained(each, after);
    if (string == nullptr) continue;
    transaction.trial.undo();
    return fail(ErrorKind::denied, each.code,
                "that would give \"" + string->text() + "\" to " + each.whom,
                each.code == std::string("own_gain")
                    ? "have somebody else do it who may change roles"
                    : "have the account enrolled first: countersign token create --enrol");
  }
  transaction.trial.keep();
  return {};
}

}  // namespace countersign
