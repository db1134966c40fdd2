#include "policy/store/delegation_table.h"

#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select_delegation =
    "SELECT id, delegator, delegate, starts, until, reason, ended FROM delegation ";

struct DelegationRow {
  Column id = 0, delegator = 0, delegate = 0, starts = 0, until = 0, ended = 0;
  std::string reason;

  Delegation delegation() const {
    return {id,
            delegator,
            delegate,
            from_unix_ms(starts),
            from_unix_ms(until),
            reason,
            ended == 0 ? std::nullopt : std::optional(from_unix_ms(ended))};
  }
};

}  // namespace

DelegationId DelegationTable::add(const Delegation& delegation) {
  Column id = 0;
  const Column delegator = delegation.delegator, delegate = delegation.delegate;
  const Column starts = to_unix_ms(delegation.from), until = to_unix_ms(delegation.until);
  sql_ << "INSERT INTO delegation (delegator, delegate, starts, until, reason, ended)"
          " VALUES (:f, :t, :s, :u, :r, 0) RETURNING id",
      soci::use(delegator), soci::use(delegate), soci::use(starts), soci::use(until),
      soci::use(delegation.reason), soci::into(id);
  return id;
}

std::optional<Delegation> DelegationTable::find(DelegationId id) {
  const Column wanted = id;
  DelegationRow row;
  sql_ << std::string(select_delegation) + "WHERE id = :i", soci::use(wanted), soci::into(row.id),
      soci::into(row.delegator), soci::into(row.delegate), soci::into(row.starts),
      soci::into(row.until), soci::into(row.reason), soci::into(row.ended);
  if (!sql_.got_data()) return std::nullopt;
  return row.delegation();
}

std::vector<Delegation> DelegationTable::of(AccountId account) {
  const Column whose = account;
  DelegationRow row;
  soci::statement query =
      (sql_.prepare << std::string(select_delegation) +
                           "WHERE delegator = :a OR delegate = :b ORDER BY id",
       soci::use(whose), soci::use(whose), soci::into(row.id), soci::into(row.delegator),
       soci::into(row.delegate), soci::into(row.starts), soci::into(row.until),
       soci::into(row.reason), soci::into(row.ended));
  query.execute();
  std::vector<Delegation> found;
  while (query.fetch()) found.push_back(row.delegation());
  return found;
}

std::vector<AccountId> DelegationTable::delegators_of(AccountId delegate, Time now) {
  const Column whose = delegate, moment = to_unix_ms(now);
  Column delegator = 0;
  soci::statement query =
      (sql_.prepare << "SELECT DISTINCT delegator FROM delegation WHERE delegate = :d"
                       " AND ended = 0 AND starts <= :n AND until > :m ORDER BY delegator",
       soci::use(whose), soci::use(moment), soci::use(moment), soci::into(delegator));
  query.execute();
  std::vector<AccountId> found;
  while (query.fetch()) found.push_back(delegator);
  return found;
}

std::vector<AccountId> DelegationTable::delegates(Time now) {
  const Column moment = to_unix_ms(now);
  Column delegate = 0;
  soci::statement query =
      (sql_.prepare << "SELECT DISTINCT delegate FROM delegation WHERE ended = 0 AND starts <= :n"
                       " AND until > :m ORDER BY delegate",
       soci::use(moment), soci::use(moment), soci::into(delegate));
  query.execute();
  std::vector<AccountId> found;
  while (query.fetch()) found.push_back(delegate);
  return found;
}

void DelegationTable::end(DelegationId id, Time now) {
  const Column wanted = id, time = to_unix_ms(now);
  sql_ << "UPDATE delegation SET ended = :t WHERE id = :i", soci::use(time), soci::use(wanted);
}

}  // namespace countersign
