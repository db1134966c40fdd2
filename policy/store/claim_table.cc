#include "policy/store/claim_table.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select_claim =
    "SELECT c.id, c.provider, i.scheme, c.type, c.value, COALESCE(c.account, 0), p.description,"
    " p.state FROM claim c JOIN principal p ON p.id = c.id"
    " JOIN identity_provider i ON i.id = c.provider ";

struct ClaimRow {
  Column id = 0, provider = 0, account = 0;
  std::string scheme, type, value, description, state;

  Claim claim() const {
    const auto known = claim_type_from_text(type);
    if (!known) throw std::runtime_error("malformed row: claim " + std::to_string(id));
    return {id,          provider,         scheme, *known, value, optional_id(account),
            description, state == "active"};
  }
};

void bind(soci::statement& statement, ClaimRow& row) {
  for (Column* const each : {&row.id, &row.provider}) statement.exchange(soci::into(*each));
  for (std::string* const each : {&row.scheme, &row.type, &row.value})
    statement.exchange(soci::into(*each));
  statement.exchange(soci::into(row.account));
  statement.exchange(soci::into(row.description));
  statement.exchange(soci::into(row.state));
}

std::vector<Claim> read_all(soci::statement& query, ClaimRow& row) {
  bind(query, row);
  query.define_and_bind();
  query.execute();
  std::vector<Claim> claims;
  while (query.fetch()) claims.push_back(row.claim());
  return claims;
}

}  // namespace

struct ClaimTable::Prepared {
  explicit Prepared(soci::session& sql)
      : brought((sql.prepare << "SELECT c.id FROM claim c CROSS JOIN principal p ON p.id = c.id"
                                " AND p.state = 'active' WHERE c.provider = 1"
                                " AND c.type = 'user' AND c.value = :l UNION ALL"
                                " SELECT c.id FROM json_each(:g) g CROSS JOIN claim c"
                                " ON c.provider = 1 AND c.type = 'group' AND c.value = g.value"
                                " CROSS JOIN principal p ON p.id = c.id AND p.state = 'active'",
                 soci::use(login, "l"), soci::use(groups, "g"), soci::into(id))) {}
  std::string login, groups;
  Column id = 0;
  soci::statement brought;
};

ClaimTable::ClaimTable(soci::session& sql)
    : sql_(sql), prepared_(std::make_unique<Prepared>(sql)) {}
ClaimTable::~ClaimTable() = default;

PrincipalId ClaimTable::add(const Claim& claim) {
  Column id = 0;
  const std::string name = text_of(claim);
  const std::string type(to_text(claim.type));
  const Column provider = claim.provider;
  sql_ << "INSERT INTO principal (kind, name, folded, state, description)"
          " VALUES ('claim', :n, :f, 'active', :d) RETURNING id",
      soci::use(name), soci::use(name), soci::use(claim.description), soci::into(id);
  sql_ << "INSERT INTO claim (id, provider, type, value) VALUES (:i, :p, :t, :v)", soci::use(id),
      soci::use(provider), soci::use(type), soci::use(claim.value);
  Claim stored = claim;
  stored.id = id;
  change(stored);
  return id;
}

void ClaimTable::change(const Claim& claim) {
  const Column id = claim.id;
  Column account = claim.account.value_or(0);
  const std::string state = claim.active ? "active" : "deleted";
  sql_ << "UPDATE claim SET account = NULLIF(:a, 0) WHERE id = :i", soci::use(account),
      soci::use(id);
  sql_ << "UPDATE principal SET description = :d, state = :s WHERE id = :i",
      soci::use(claim.description), soci::use(state), soci::use(id);
  if (claim.active) return;
  sql_ << "DELETE FROM principal_link WHERE kind = 'contains' AND held = :i", soci::use(id);
  sql_ << "DELETE FROM role_holder WHERE principal = :i", soci::use(id);
}

std::vector<Claim> ClaimTable::list_where(const std::string& condition, std::int64_t value) {
  const Column wanted = value;
  ClaimRow row;
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(select_claim) + condition + " ORDER BY c.id");
  query.exchange(soci::use(wanted));
  return read_all(query, row);
}

std::optional<Claim> ClaimTable::find(PrincipalId id) {
  auto found = list_where("WHERE c.id = :i", id);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Claim> ClaimTable::find(const std::string& text) {
  Column id = 0;
  sql_ << "SELECT id FROM principal WHERE folded = :f AND kind = 'claim'", soci::use(text),
      soci::into(id);
  return sql_.got_data() ? find(id) : std::nullopt;
}

std::vector<Claim> ClaimTable::list() {
  return list_where("WHERE p.state = 'active' AND c.id > :i", 0);
}

std::vector<Claim> ClaimTable::of_account(AccountId account) {
  return list_where("WHERE p.state = 'active' AND c.account = :a", account);
}

bool ClaimTable::any_of(ProviderId provider) {
  return !list_where("WHERE c.provider = :p", provider).empty();
}

std::vector<PrincipalId> ClaimTable::brought_by(const UnixIdentity& identity) {
  prepared_->login = identity.login;
  prepared_->groups = nlohmann::json(identity.groups)
                          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::vector<PrincipalId> claims;
  prepared_->brought.execute();
  while (prepared_->brought.fetch()) claims.push_back(prepared_->id);
  return claims;
}

std::vector<PrincipalId> ClaimTable::still_there(const std::vector<PrincipalId>& claims) {
  std::vector<PrincipalId> there;
  for (const PrincipalId id : claims) {
    const auto claim = find(id);
    if (claim && claim->active) there.push_back(id);
  }
  return there;
}

}  // namespace countersign
