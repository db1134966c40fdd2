#include "policy/gains.h"

#include <algorithm>
#include <map>

namespace countersign {
namespace {

/// What somebody holds but for his roles on signers, of which more than this is asked.
struct Holder {
  std::vector<Permission> strings;
  std::vector<HeldMembership> roles;
};

struct Watched {
  const char* code = "own_gain";
  std::string whom;
  Holder holds;
};

/// Every claim of the account counts: by which of them somebody signs in the next time is his own
/// choice.
Holder holding_of(Transaction& transaction, const Subject& subject) {
  std::vector<PrincipalId> claims(subject.claims.begin(), subject.claims.end());
  for (const Claim& each : transaction.claims.of_account(subject.account.id))
    claims.push_back(each.id);
  const Subject whole(subject.account, claims);
  Holder holding{transaction.rights.strings_of(whole), transaction.rights.memberships_of(whole)};
  std::erase_if(holding.roles,
                [](const HeldMembership& each) { return layer_of(each.role) == Layer::signer; });
  return holding;
}

/// What the caller controls, or may, and what each of them holds.
std::map<PrincipalId, Watched> watched_by(Transaction& transaction, const Caller& caller) {
  std::map<PrincipalId, Watched> all;
  const auto watch = [&](AccountId id, const char* code, const std::string& whom) {
    const auto account = transaction.accounts.find(id);
    if (account && account->state == AccountState::active)
      all.try_emplace(id, Watched{code, whom, holding_of(transaction, *account)});
  };
  const auto name = [&](AccountId id) { return transaction.accounts.name_of(id); };
  all.emplace(caller.account.id, Watched{"own_gain", "you", holding_of(transaction, caller)});
  for (const AccountId id : transaction.accounts.machines_of(caller.account.id))
    watch(id, "own_gain", "your machine " + name(id));
  for (const AccountId id : transaction.credentials.not_enrolled(transaction.now))
    watch(id, "not_enrolled", name(id) + ", who has not enrolled yet");
  if (caller.account.product_role == LayeredRole::product_admin) return all;
  for (const AccountId id : transaction.accounts.vouched_by(caller.account.id))
    watch(id, "own_gain", name(id) + ", for whom you vouched");
  const Account nobody;
  for (const Claim& each : transaction.claims.list())
    if (is_shared(each.type))
      all.try_emplace(each.id,
                      Watched{"own_gain", "whoever brings " + text_of(each),
                              holding_of(transaction, Subject(nobody, std::span(&each.id, 1)))});
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

/// What is held after and was not before, in words; "" for nothing.
std::string gain_between(const Holder& before, const Holder& after) {
  if (const Permission* const string = gained(before.strings, after.strings))
    return "\"" + string->text() + "\"";
  if (const HeldMembership* const role = gained(before.roles, after.roles))
    return "the role " + std::string(to_text(role->role)) + " on the " +
           std::string(to_text(layer_of(role->role))) + " " + std::to_string(role->object);
  return "";
}

/// What was not controlled before the change counts as held by the caller alone.
Status check_gains(Transaction& transaction, const Caller& caller,
                   const std::map<PrincipalId, Watched>& before,
                   const std::vector<AccountId>& identified) {
  const Holder& own = before.at(caller.account.id).holds;
  auto after = watched_by(transaction, caller);
  for (const AccountId id : identified)
    if (const auto account = transaction.accounts.find(id))
      after.try_emplace(id, Watched{"own_gain", "whoever signs in as " + account->name,
                                    holding_of(transaction, *account)});
  for (const auto& [id, who] : after) {
    const auto known = before.find(id);
    const bool anew = std::ranges::find(identified, id) != identified.end();
    const std::string gain =
        gain_between(known == before.end() || anew ? own : known->second.holds, who.holds);
    if (!gain.empty())
      return fail(ErrorKind::denied, who.code, "that would give " + gain + " to " + who.whom,
                  who.code == std::string("own_gain")
                      ? "have somebody else do it who may change roles"
                      : "have the account enrolled first: countersign token create --enrol");
  }
  return {};
}

}  // namespace

Status keep_unless_own_gain(Transaction& transaction, const Caller& caller,
                            const std::function<Status()>& change,
                            const std::vector<AccountId>& identified) {
  const auto before = watched_by(transaction, caller);
  transaction.trial.begin();
  Status done = change();
  if (done) done = check_gains(transaction, caller, before, identified);
  if (done)
    transaction.trial.keep();
  else
    transaction.trial.undo();
  return done;
}

}  // namespace countersign
