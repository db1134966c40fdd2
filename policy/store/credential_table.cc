#include "policy/store/credential_table.h"

#include "policy/store/rows.h"
#include "policy/store/write_watch.h"

namespace countersign {
namespace {

constexpr const char* select_credential =
    "SELECT id, account, kind, hash, label, state, created, expires, last_used, proven"
    " FROM credential ";

struct CredentialRow {
  Column id = 0;
  Column account = 0;
  Column created = 0;
  Column expires = 0;
  Column last_used = 0;
  Column proven = 0;
  std::string kind;
  std::string hash;
  std::string label;
  std::string state;

  Credential credential() const {
    return {id,
            account,
            kind == "enrolment" ? CredentialKind::enrolment : CredentialKind::token,
            hash,
            label,
            state != "active",
            from_unix_ms(created),
            from_unix_ms(expires),
            last_used == 0 ? std::nullopt : std::optional(from_unix_ms(last_used)),
            from_unix_ms(proven)};
  }
};

}  // namespace

struct CredentialTable::Prepared {
  explicit Prepared(soci::session& sql)
      : by_hash((sql.prepare << std::string(select_credential) + "WHERE hash = :h", soci::use(hash),
                 soci::into(row.id), soci::into(row.account), soci::into(row.kind),
                 soci::into(row.hash), soci::into(row.label), soci::into(row.state),
                 soci::into(row.created), soci::into(row.expires), soci::into(row.last_used),
                 soci::into(row.proven))) {}
  CredentialRow row;
  std::string hash;
  soci::statement by_hash;
};

CredentialTable::CredentialTable(soci::session& sql, const WriteWatch& watch)
    : sql_(sql), known_(watch.rights()), prepared_(std::make_unique<Prepared>(sql)) {}
CredentialTable::~CredentialTable() = default;

std::int64_t CredentialTable::add(const Credential& credential) {
  Column id = 0;
  const Column account = credential.account;
  const Column created = to_unix_ms(credential.created);
  const Column expires = to_unix_ms(credential.expires);
  const Column proven = to_unix_ms(credential.proven);
  const std::string kind = credential.kind == CredentialKind::enrolment ? "enrolment" : "token";
  sql_ << "INSERT INTO credential (account, kind, hash, label, state, created, expires, last_used,"
          " proven) VALUES (:a, :k, :h, :l, 'active', :c, :e, 0, :p) RETURNING id",
      soci::use(account), soci::use(kind), soci::use(credential.hash), soci::use(credential.label),
      soci::use(created), soci::use(expires), soci::use(proven), soci::into(id);
  return id;
}

std::optional<Credential> CredentialTable::find(const std::string& hash) {
  if (const auto* const known = known_.find(hash)) return *known;
  prepared_->hash = hash;
  if (!fetch_one(prepared_->by_hash)) return std::nullopt;
  Credential credential = prepared_->row.credential();
  known_.add(hash, credential);
  return credential;
}

std::optional<Credential> CredentialTable::find(std::int64_t id) {
  std::string hash;
  const Column wanted = id;
  sql_ << "SELECT hash FROM credential WHERE id = :i", soci::use(wanted), soci::into(hash);
  if (!sql_.got_data()) return std::nullopt;
  return find(hash);
}

std::vector<Credential> CredentialTable::tokens_of(AccountId account) {
  CredentialRow row;
  const Column wanted = account;
  soci::statement query =
      (sql_.prepare << std::string(select_credential) +
                           "WHERE account = :a AND kind = 'token' ORDER BY id",
       soci::use(wanted), soci::into(row.id), soci::into(row.account), soci::into(row.kind),
       soci::into(row.hash), soci::into(row.label), soci::into(row.state), soci::into(row.created),
       soci::into(row.expires), soci::into(row.last_used), soci::into(row.proven));
  query.execute();
  std::vector<Credential> credentials;
  while (query.fetch()) credentials.push_back(row.credential());
  return credentials;
}

std::vector<AccountId> CredentialTable::not_enrolled(Time now) {
  const Column time = to_unix_ms(now);
  Column id = 0;
  soci::statement query =
      (sql_.prepare << "SELECT DISTINCT account FROM credential WHERE kind = 'enrolment'"
                       " AND state = 'active' AND expires > :t ORDER BY account",
       soci::use(time), soci::into(id));
  query.execute();
  std::vector<AccountId> accounts;
  while (query.fetch()) accounts.push_back(id);
  return accounts;
}

void CredentialTable::end(std::int64_t id) {
  const Column wanted = id;
  sql_ << "UPDATE credential SET state = 'ended' WHERE id = :i", soci::use(wanted);
}

void CredentialTable::end_all(AccountId account) {
  const Column wanted = account;
  sql_ << "UPDATE credential SET state = 'ended' WHERE account = :a", soci::use(wanted);
}

void CredentialTable::touch(std::int64_t id, Time now) {
  const Column wanted = id;
  const Column used = to_unix_ms(now);
  sql_ << "UPDATE credential SET last_used = :t WHERE id = :i", soci::use(used), soci::use(wanted);
}

}  // namespace countersign
