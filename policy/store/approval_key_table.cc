#include "policy/store/approval_key_table.h"

#include <stdexcept>

#include "core/encoding.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select_key =
    "SELECT id, account, label, public_key, created, ended FROM approval_key ";

struct KeyRow {
  Column id = 0, account = 0, created = 0, ended = 0;
  std::string label, public_key;

  ApprovalKey key() const {
    auto read = PublicKey::from_der(from_base64(public_key).value_or(Bytes{}));
    if (!read) throw std::runtime_error("malformed row: approval key " + std::to_string(id));
    return {id,
            account,
            label,
            std::move(*read),
            from_unix_ms(created),
            ended == 0 ? std::nullopt : std::optional(from_unix_ms(ended))};
  }
};

}  // namespace

std::int64_t ApprovalKeyTable::add(const ApprovalKey& key) {
  Column id = 0;
  const Column account = key.account, created = to_unix_ms(key.created);
  const std::string der = to_base64(key.key.der());
  sql_ << "INSERT INTO approval_key (account, label, public_key, created, ended)"
          " VALUES (:a, :l, :k, :c, 0) RETURNING id",
      soci::use(account), soci::use(key.label), soci::use(der), soci::use(created), soci::into(id);
  return id;
}

std::optional<ApprovalKey> ApprovalKeyTable::find(std::int64_t id) {
  const Column wanted = id;
  KeyRow row;
  sql_ << std::string(select_key) + "WHERE id = :i", soci::use(wanted), soci::into(row.id),
      soci::into(row.account), soci::into(row.label), soci::into(row.public_key),
      soci::into(row.created), soci::into(row.ended);
  if (!sql_.got_data()) return std::nullopt;
  return row.key();
}

std::vector<ApprovalKey> ApprovalKeyTable::of(AccountId account) {
  const Column whose = account;
  KeyRow row;
  soci::statement query =
      (sql_.prepare << std::string(select_key) + "WHERE account = :a ORDER BY id", soci::use(whose),
       soci::into(row.id), soci::into(row.account), soci::into(row.label),
       soci::into(row.public_key), soci::into(row.created), soci::into(row.ended));
  query.execute();
  std::vector<ApprovalKey> keys;
  while (query.fetch()) keys.push_back(row.key());
  return keys;
}

void ApprovalKeyTable::end(std::int64_t id, Time now) {
  const Column wanted = id, time = to_unix_ms(now);
  sql_ << "UPDATE approval_key SET ended = :t WHERE id = :i", soci::use(time), soci::use(wanted);
}

}  // namespace countersign
