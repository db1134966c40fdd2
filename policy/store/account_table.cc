#include "policy/store/account_table.h"

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select =
    "SELECT p.id, p.name, p.kind, p.state, COALESCE(m.role, 'member'), COALESCE(c.value, ''),"
    " COALESCE(l.holder, 0) FROM principal p"
    " LEFT JOIN membership m ON m.scope = 'product' AND m.object = 0 AND m.principal = p.id"
    " LEFT JOIN claim c ON c.provider = 'unix' AND c.type = 'user' AND c.account = p.id"
    " LEFT JOIN principal_link l ON l.kind = 'owns' AND l.held = p.id ";

struct Row {
  Column id = 0;
  Column owner = 0;
  std::string name;
  std::string kind;
  std::string state;
  std::string role;
  std::string unix_user;

  Account account() const {
    return {id,
            name,
            kind == "machine" ? AccountKind::machine : AccountKind::user,
            state == "active" ? AccountState::active : AccountState::disabled,
            layered_role_from_text(Layer::product, role).value_or(LayeredRole::product_member),
            unix_user.empty() ? std::nullopt : std::optional(unix_user),
            optional_id(owner)};
  }
};

}  // namespace

struct AccountTable::Prepared {
  explicit Prepared(soci::session& sql)
      : by_id((sql.prepare << std::string(select) + "WHERE p.id = :i AND p.kind <> 'group'",
               soci::use(id), soci::into(row.id), soci::into(row.name), soci::into(row.kind),
               soci::into(row.state), soci::into(row.role), soci::into(row.unix_user),
               soci::into(row.owner))),
        by_text((sql.prepare << "SELECT id FROM principal WHERE folded = :f", soci::use(text),
                 soci::into(row.id))),
        by_login((sql.prepare << "SELECT account FROM claim WHERE provider = 'unix'"
                                 " AND type = 'user' AND value = :v",
                  soci::use(text), soci::into(row.id))) {}
  Row row;
  Column id = 0;
  std::string text;
  soci::statement by_id;
  soci::statement by_text;
  soci::statement by_login;
};

AccountTable::AccountTable(soci::session& sql)
    : sql_(sql), prepared_(std::make_unique<Prepared>(sql)) {}
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
  if (account.unix_user)
    sql_ << "INSERT INTO claim (provider, type, value, account) VALUES ('unix', 'user', :v, :a)",
        soci::use(*account.unix_user), soci::use(id);
  if (account.owner) {
    const Column owner = *account.owner;
    sql_ << "INSERT INTO principal_link (kind, holder, held) VALUES ('owns', :o, :m)",
        soci::use(owner), soci::use(id);
  }
  return id;
}

void AccountTable::set_state(AccountId id, AccountState state) {
  const Column wanted = id;
  const std::string text(to_text(state));
  sql_ << "UPDATE principal SET state = :s WHERE id = :i", soci::use(text), soci::use(wanted);
}

std::optional<Account> AccountTable::find(AccountId id) {
  prepared_->id = id;
  if (!fetch_one(prepared_->by_id)) return std::nullopt;
  return prepared_->row.account();
}

std::optional<Account> AccountTable::find(const std::string& name) {
  prepared_->text = fold_case(name);
  if (!fetch_one(prepared_->by_text)) return std::nullopt;
  return find(prepared_->row.id);
}

std::optional<Account> AccountTable::find_unix_user(const std::string& login) {
  prepared_->text = login;
  if (!fetch_one(prepared_->by_login)) return std::nullopt;
  return find(prepared_->row.id);
}

std::vector<Account> AccountTable::list() {
  Row row;
  soci::statement query =
      (sql_.prepare << std::string(select) + "WHERE p.kind <> 'group' ORDER BY p.id",
       soci::into(row.id), soci::into(row.name), soci::into(row.kind), soci::into(row.state),
       soci::into(row.role), soci::into(row.unix_user), soci::into(row.owner));
  query.execute();
  std::vector<Account> accounts;
  while (query.fetch()) accounts.push_back(row.account());
  return accounts;
}

std::vector<AccountId> AccountTable::machines_of(AccountId owner) {
  const Column holder = owner;
  Column id = 0;
  soci::statement query = (sql_.prepare << "SELECT held FROM principal_link WHERE kind = 'owns'"
                                           " AND holder = :o ORDER BY held",
                           soci::use(holder), soci::into(id));
  query.execute();
  std::vector<AccountId> machines;
  while (query.fetch()) machines.push_back(id);
  return machines;
}

std::string AccountTable::name_of(AccountId id) {
  const auto account = find(id);
  return account ? account->name : "?";
}

}  // namespace countersign
