#include "policy/store/member_table.h"

#include <string>

#include "policy/store/rows.h"

namespace countersign {

struct MemberTable::Prepared {
  explicit Prepared(soci::session& sql)
      : find((sql.prepare << "SELECT role FROM membership WHERE scope = 'signer' AND object = :s"
                             " AND principal = :p",
              soci::use(signer), soci::use(principal), soci::into(role))) {}
  Column signer = 0;
  Column principal = 0;
  std::string role;
  soci::statement find;
};

MemberTable::MemberTable(soci::session& sql)
    : sql_(sql), prepared_(std::make_unique<Prepared>(sql)) {}
MemberTable::~MemberTable() = default;

std::optional<LayeredRole> MemberTable::role(SignerId signer, PrincipalId member) {
  prepared_->signer = signer;
  prepared_->principal = member;
  if (!fetch_one(prepared_->find)) return std::nullopt;
  return layered_role_from_text(Layer::signer, prepared_->role);
}

void MemberTable::set(SignerId signer, PrincipalId member, LayeredRole role) {
  const Column object = signer;
  const Column principal = member;
  const std::string text(to_text(role));
  sql_ << "INSERT INTO membership (scope, object, principal, role) VALUES ('signer', :s, :p, :r)"
          " ON CONFLICT (scope, object, principal) DO UPDATE SET role = excluded.role",
      soci::use(object), soci::use(principal), soci::use(text);
}

void MemberTable::remove(SignerId signer, PrincipalId member) {
  const Column object = signer;
  const Column principal = member;
  sql_ << "DELETE FROM membership WHERE scope = 'signer' AND object = :s AND principal = :p",
      soci::use(object), soci::use(principal);
}

std::vector<std::pair<PrincipalId, LayeredRole>> MemberTable::of_signer(SignerId signer) {
  const Column object = signer;
  Column id = 0;
  std::string role;
  soci::statement query = (sql_.prepare << "SELECT principal, role FROM membership WHERE"
                                           " scope = 'signer' AND object = :s ORDER BY principal",
                           soci::use(object), soci::into(id), soci::into(role));
  query.execute();
  std::vector<std::pair<PrincipalId, LayeredRole>> members;
  while (query.fetch())
    if (const auto known = layered_role_from_text(Layer::signer, role))
      members.emplace_back(id, *known);
  return members;
}

std::vector<std::pair<SignerId, LayeredRole>> MemberTable::of_principal(PrincipalId member) {
  const Column principal = member;
  Column id = 0;
  std::string role;
  soci::statement query = (sql_.prepare << "SELECT object, role FROM membership WHERE"
                                           " principal = :p AND scope = 'signer' ORDER BY object",
                           soci::use(principal), soci::into(id), soci::into(role));
  query.execute();
  std::vector<std::pair<SignerId, LayeredRole>> signers;
  while (query.fetch())
    if (const auto known = layered_role_from_text(Layer::signer, role))
      signers.emplace_back(id, *known);
  return signers;
}

}  // namespace countersign
