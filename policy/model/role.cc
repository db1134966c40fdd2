#include "policy/model/role.h"

#include <array>

namespace countersign {
namespace {

struct Row {
  Right right;
  bool signer_auditor;
  bool signer_operator;
  bool signer_admin;
  bool product_member;
  bool product_admin;
};

// The columns of signers follow the access table of docs/architecture.md. A product role needs no
// membership of the signer, which is why it conveys neither signing nor consenting.
constexpr std::array<Row, 15> table{{
    // right                     auditor operator admin | product member, admin
    {Right::own, true, true, true, true, true},
    {Right::manage_accounts, false, false, false, false, true},
    {Right::manage_tokens, false, false, false, false, true},
    {Right::create_signer, false, false, false, false, true},
    {Right::read_log, false, false, false, false, true},
    {Right::back_up, false, false, false, false, true},
    {Right::see, true, true, true, false, true},
    {Right::export_certificate, true, true, true, false, false},
    {Right::sign, false, true, true, false, false},
    {Right::approve, true, true, true, false, false},
    {Right::revoke, false, false, true, false, false},
    {Right::freeze, false, false, true, false, true},
    {Right::unfreeze, false, false, true, false, false},
    {Right::change_policy, false, false, true, false, false},
    {Right::change_members, false, false, true, false, false},
}};

constexpr bool table_follows_enum() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].right) != i) return false;
  return true;
}
static_assert(table_follows_enum());

const Row& row(Right right) {
  return table[static_cast<std::size_t>(right)];
}

}  // namespace

bool conveys(SignerRole role, Right right) {
  switch (role) {
    case SignerRole::auditor:
      return row(right).signer_auditor;
    case SignerRole::op:
      return row(right).signer_operator;
    case SignerRole::admin:
      return row(right).signer_admin;
  }
  return false;
}

bool conveys(ProductRole role, Right right) {
  return role == ProductRole::admin ? row(right).product_admin : row(right).product_member;
}

std::string_view to_text(ProductRole role) {
  return role == ProductRole::admin ? "admin" : "member";
}

std::optional<ProductRole> product_role_from_text(std::string_view text) {
  if (text == "member") return ProductRole::member;
  if (text == "admin") return ProductRole::admin;
  return std::nullopt;
}

std::string_view to_text(SignerRole role) {
  switch (role) {
    case SignerRole::auditor:
      return "auditor";
    case SignerRole::op:
      return "operator";
    case SignerRole::admin:
      return "admin";
  }
  return "";
}

std::optional<SignerRole> signer_role_from_text(std::string_view text) {
  for (const SignerRole role : {SignerRole::auditor, SignerRole::op, SignerRole::admin})
    if (to_text(role) == text) return role;
  return std::nullopt;
}

}  // namespace countersign
