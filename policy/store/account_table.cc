#include "policy/store/account_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/store/rows.h"
#include "policy/store/write_watch.h"

namespace countersign {
namespace {

constexpr const char* select_account =
    "SELECT p.id, p.name, p.kind, p.state, COALESCE(m.role, 'member'), p.description,"
    " CASE p.kind WHEN 'machine' THEN (SELECT json_group_array(l.holder) FROM principal_link l"
    " WHERE l.kind = 'owns' AND l.held = p.id) ELSE '[]' END FROM principal p"
    " LEFT JOIN membership m ON m.scope = 'product' AND m.object = 0 AND m.principal = p.id ";

constexpr const char* is_account = "p.kind IN ('user', 'machine')";

struct AccountRow {
  Column id = 0;
  std::string name, kind, state, role, description, owners;

  Account account() const {
    return {id,
            name,
            kind == "machine" ? AccountKind::machine : AccountKind::user,
            state == "active"     ? AccountState::active
            : state == "disabled" ? AccountState::disabled
                                  : AccountState::deleted,
            layered_role_from_text(Layer::product, role).value_or(LayeredRole::product_member),
            kind == "machine" ? nlohmann::json::parse(owners).get<std::vector<AccountId>>()
                              : std::vector<AccountId>(),
            description};
  }
};

void bind(soci::statement& statement, AccountRow& row) {
  statement.exchange(soci::into(row.id));
  for (std::string* const each :
       {&row.name, &row.kind, &row.state, &row.role, &row.description, &row.owners})
    statement.exchange(soci::into(*each));
  statement.define_and_bind();
}

}  // namespace

struct AccountTable::Prepared {
  explicit Prepared(soci::session& sql)
      : by_id(sql),
        by_text((sql.prepare << "SELECT id FROM principal WHERE folded = :f", soci::use(text),
                 soci::into(row.id))),
        by_login((sql.prepare << "SELECT c.account FROM claim c CROSS JOIN principal p"
                                 " ON p.id = c.id AND p.state = 'active' WHERE c.provider = 1"
                                 " AND c.type = 'user' AND c.value = :v"
                                 " AND c.account IS NOT NULL",
                  soci::use(text), soci::into(row.id))) {
    by_id.alloc();
    by_id.prepare(std::string(select_account) + "WHERE p.id = :i AND " + is_account);
    by_id.exchange(soci::use(id));
    bind(by_id, row);
  }
  AccountRow row;
  Column id = 0;
  std::string text;
  soci::statement by_id;
  soci::statement by_text;
  soci::statement by_login;
};

AccountTable::AccountTable(soci::session& sql, const WriteWatch& watch)
    : sql_(sql), known_(watch.rights()), prepared_(std::make_unique<Prepared>(sql)) {}
AccountTable::~AccountTable() = default;

AccountId AccountTable::add(const Account& account) {
  Column id = 0;
  const std::string kind(to_text(account.kind));
  const std::string state(to_text(account.state));
  const std::string role(to_text(account.product_role));
  const std::string folded = fold_case(account.name);
  sql_ << "INSERT INTO principal (kind, name, folded, state) VALUES (:k, :n, :f, :s) RETURNING id",
      soci::use(kind), soci::use(account.name), soci::use(folded), soci::use(state), soci::into(id);
  sql_ << "INSERT INTO membership (scope, object, principal, role) VALUES ('product', 0, :p, :r)",
      soci::use(id), soci::use(role);
  for (const AccountId owner : account.owners) add_owner(id, owner);
  return id;
}

void AccountTable::link(const char* kind, AccountId holder, AccountId held) {
  const std::string text = kind;
  const Column from = holder, to = held;
  sql_ << "INSERT INTO principal_link (kind, holder, held) VALUES (:k, :o, :m)"
          " ON CONFLICT DO NOTHING",
      soci::use(text), soci::use(from), soci::use(to);
}

void AccountTable::add_owner(AccountId machine, AccountId owner) {
  link("owns", owner, machine);
}

void AccountTable::remove_owner(AccountId machine, AccountId owner) {
  const Column holder = owner, held = machine;
  sql_ << "DELETE FROM principal_link WHERE kind = 'owns' AND holder = :o AND held = :m",
      soci::use(holder), soci::use(held);
  link("owned", owner, machine);
}

bool AccountTable::owned_once(AccountId machine, AccountId owner) {
  const auto machines = held_by("owned", owner);
  return std::ranges::find(machines, machine) != machines.end();
}

void AccountTable::vouch(AccountId account, AccountId voucher) {
  link("vouches", voucher, account);
}

std::vector<AccountId> AccountTable::vouched_by(AccountId voucher) {
  return held_by("vouches", voucher);
}

void AccountTable::set_product_role(AccountId id, LayeredRole role) {
  const Column wanted = id;
  const std::string text(to_text(role));
  sql_ << "INSERT INTO membership (scope, object, principal, role) VALUES ('product', 0, :p, :r)"
          " ON CONFLICT (scope, object, principal) DO UPDATE SET role = excluded.role",
      soci::use(wanted), soci::use(text);
}

void AccountTable::describe(AccountId id, const std::string& description) {
  const Column wanted = id;
  sql_ << "UPDATE principal SET description = :d WHERE id = :i", soci::use(description),
      soci::use(wanted);
}

void AccountTable::remove(AccountId id) {
  const Column wanted = id;
  set_state(id, AccountState::deleted);
  sql_ << "DELETE FROM principal_link WHERE kind = 'contains' AND held = :i", soci::use(wanted);
  sql_ << "DELETE FROM role_holder WHERE principal = :i", soci::use(wanted);
  sql_ << "DELETE FROM membership WHERE principal = :i", soci::use(wanted);
}

bool AccountTable::is_taken(const std::string& name) {
  prepared_->text = fold_case(name);
  return fetch_one(prepared_->by_text);
}

void AccountTable::set_state(AccountId id, AccountState state) {
  const Column wanted = id;
  const std::string text(to_text(state));
  sql_ << "UPDATE principal SET state = :s WHERE id = :i", soci::use(text), soci::use(wanted);
}

std::optional<Account> AccountTable::find(AccountId id) {
  if (const auto* const known = known_.find(id)) return *known;
  prepared_->id = id;
  if (!fetch_one(prepared_->by_id)) return std::nullopt;
  Account account = prepared_->row.account();
  known_.add(id, account);
  return account;
}

std::optional<Account> AccountTable::find(const std::string& name) {
  prepared_->text = fold_case(name);
  if (!fetch_one(prepared_->by_text)) return std::nullopt;
  auto found = find(prepared_->row.id);
  if (found && found->state == AccountState::deleted) return std::nullopt;
  return found;
}

std::optional<Account> AccountTable::find_unix_user(const std::string& login) {
  prepared_->text = login;
  if (!fetch_one(prepared_->by_login)) return std::nullopt;
  return find(prepared_->row.id);
}

std::vector<Account> AccountTable::list() {
  AccountRow row;
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(select_account) + "WHERE p.state <> 'deleted' AND " + is_account +
                " ORDER BY p.id");
  bind(query, row);
  query.execute();
  std::vector<Account> accounts;
  while (query.fetch()) accounts.push_back(row.account());
  return accounts;
}

std::vector<AccountId> AccountTable::held_by(const char* kind, AccountId holder) {
  const std::string text = kind;
  const Column wanted = holder;
  Column id = 0;
  soci::statement query = (sql_.prepare << "SELECT held FROM principal_link WHERE kind = :k"
                                           " AND holder = :o ORDER BY held",
                           soci::use(text), soci::use(wanted), soci::into(id));
  query.execute();
  std::vector<AccountId> accounts;
  while (query.fetch()) accounts.push_back(id);
  return accounts;
}

std::vector<AccountId> AccountTable::machines_of(AccountId owner) {
  return held_by("owns", owner);
}

std::string AccountTable::name_of(AccountId id) {
  const auto account = find(id);
  return account ? account->name : "?";
}

}  // namespace countersign
