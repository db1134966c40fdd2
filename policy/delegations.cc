#include "policy/delegations.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"

namespace countersign {
namespace {

constexpr Milliseconds longest_delegation = std::chrono::days(90);
constexpr std::ptrdiff_t most_delegations = 20;

Status check_people(const Caller& caller, const std::optional<Account>& delegate,
                    const std::string& name) {
  if (!delegate || delegate->state != AccountState::active) return no_such("account");
  if (caller.account.kind != AccountKind::user || delegate->kind != AccountKind::user ||
      delegate->id == caller.account.id)
    return fail(ErrorKind::invalid, "not_a_person",
                "approvals are handed from one person to another, not to " + printable(name),
                "name a colleague");
  return {};
}

bool is_over(const Delegation& delegation, Time now) {
  return delegation.ended || delegation.until <= now;
}

}  // namespace

Result<Delegation> create_delegation(Transaction& transaction, const Caller& caller,
                                     const std::string& delegate, Time from, Time until,
                                     const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  const auto account = transaction.accounts.find(delegate);
  if (auto good = check_people(caller, account, delegate); !good) return fail(good.error());
  if (until <= from || until <= transaction.now || until - from > longest_delegation)
    return fail(ErrorKind::invalid, "bad_window",
                "a delegation holds for 90 days at most, and ends after it begins and after now",
                "give other times with --from and --until");
  const auto known = transaction.delegations.of(caller.account.id);
  if (std::ranges::count_if(known, [&](const Delegation& each) {
        return each.delegator == caller.account.id && !is_over(each, transaction.now);
      }) >= most_delegations)
    return fail(ErrorKind::conflict, "too_many_delegations",
                std::to_string(most_delegations) + " delegations of yours are not over yet",
                "end one with: countersign delegation end N");
  Delegation delegation{0, caller.account.id, account->id, from, until, reason};
  delegation.id = transaction.delegations.add(delegation);
  record_change(transaction, caller, "delegation.create", std::nullopt, std::nullopt,
                {{"delegation", std::to_string(delegation.id)},
                 {"delegate", account->name},
                 {"from", to_rfc3339(from)},
                 {"until", to_rfc3339(until)},
                 {"reason", reason}});
  return delegation;
}

Result<Delegation> end_delegation(Transaction& transaction, const Caller& caller, DelegationId id) {
  auto delegation = transaction.delegations.find(id);
  const bool any = may(transaction, caller, right::change_accounts);
  if (!delegation || (delegation->delegator != caller.account.id &&
                      delegation->delegate != caller.account.id && !any))
    return no_such("delegation");
  if (is_over(*delegation, transaction.now))
    return fail(ErrorKind::conflict, "delegation_over",
                "delegation " + std::to_string(id) + " is over already");
  transaction.delegations.end(id, transaction.now);
  delegation->ended = transaction.now;
  record_change(transaction, caller, "delegation.end", std::nullopt, std::nullopt,
                {{"delegation", std::to_string(id)}});
  return std::move(*delegation);
}

}  // namespace countersign
