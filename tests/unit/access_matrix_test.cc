// Every operation against every role there is: built in, empty, and with "/".
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "policy/model/permissions/right_decision.h"

namespace countersign {
namespace {

constexpr ObjectId object = 7;

// One letter for each role that may, a dot for each that may not.
constexpr std::string_view letters = "mPuoaUOAe/";

HeldRights layered(LayeredRole role) {
  return {{}, {{{}, role, layer_of(role) == Layer::product ? 0 : object, "release"}}};
}

/// What the roles hold, by letter.
std::vector<HeldRights> roles() {
  const Permission root = *Permission::parse("/");
  return {layered(LayeredRole::product_member),
          layered(LayeredRole::product_admin),
          layered(LayeredRole::application_auditor),
          layered(LayeredRole::application_operator),
          layered(LayeredRole::application_admin),
          layered(LayeredRole::signer_auditor),
          layered(LayeredRole::signer_operator),
          layered(LayeredRole::signer_admin),
          {},
          {{{{}, "everything", "Global", {root}, root}}, {}}};
}

struct Row {
  std::string_view operation;
  std::string_view may;
};

// m P    product member, admin
// u o a  application auditor, operator, admin, of the application that groups the signer
// U O A  signer auditor, operator, admin
// e      a role without strings
// /      a role with "/"
constexpr Row matrix[] = {
    {"account.create", ".P......./"},
    {"account.list", ".P......./"},
    {"account.show", ".P......./"},
    {"account.disable", ".P......./"},
    {"account.enable", ".P......./"},
    {"account.change", ".P......./"},
    {"account.delete", ".P......./"},
    {"account.enrol", ".P......./"},
    {"account.add_owner", ".P......./"},
    {"account.remove_owner", ".P......./"},
    {"provider.create", ".P......./"},
    {"provider.list", ".P......./"},
    {"provider.show", ".P......./"},
    {"provider.change", ".P......./"},
    {"provider.delete", ".P......./"},
    {"claim.create", ".P......./"},
    {"claim.list", ".P......./"},
    {"claim.show", ".P......./"},
    {"claim.change", ".P......./"},
    {"claim.delete", ".P......./"},
    {"group.create", ".P......./"},
    {"group.list", ".P......./"},
    {"group.show", ".P......./"},
    {"group.change", ".P......./"},
    {"group.delete", ".P......./"},
    {"group.add", ".P......./"},
    {"group.remove", ".P......./"},
    {"permission_set.create", ".P......./"},
    {"permission_set.list", ".P......./"},
    {"permission_set.show", ".P......./"},
    {"permission_set.change", ".P......./"},
    {"permission_set.delete", ".P......./"},
    {"role.create", ".P......./"},
    {"role.import", ".P......./"},
    {"role.list", ".P......./"},
    {"role.show", ".P......./"},
    {"role.change", ".P......./"},
    {"role.delete", ".P......./"},
    {"role.grant", ".P......./"},
    {"role.revoke", ".P......./"},
    {"access.check", "mPuoaUOAe/"},
    {"access.review", ".P......./"},
    {"access.who", ".PuoaUOA./"},
    {"token.enrol", "mPuoaUOAe/"},
    {"token.create", "mPuoaUOAe/"},
    {"token.list", "mPuoaUOAe/"},
    {"token.revoke", "mPuoaUOAe/"},
    {"declaration.export", ".P......./"},
    {"declaration.apply", "mPuoaUOAe/"},
    {"gateway.status", "mPuoaUOAe/"},
    {"gateway.list", ".P......./"},
    {"gateway.show", ".P......./"},
    {"gateway.forget", ".P......./"},
    {"settings.show", "mPuoaUOAe/"},
    {"settings.set", ".P......./"},
    {"hsm.list", ".P......./"},
    {"hsm.retry", ".P......./"},
    {"certificate.list", "mPuoaUOAe/"},
    {"certificate.show", "mPuoaUOAe/"},
    {"collection.create", "........./"},
    {"collection.list", "mPuoaUOAe/"},
    {"collection.show", "........./"},
    {"collection.change", "........./"},
    {"collection.delete", "........./"},
    {"container.create", ".P......./"},
    {"container.list", "mPuoaUOAe/"},
    {"container.show", ".Puoa..../"},
    {"container.change", ".P......./"},
    {"container.delete", ".P......./"},
    {"container.add_key", ".P......./"},
    {"container.remove_key", ".P......./"},
    {"container.schedule", ".P......./"},
    {"container.check", ".P......./"},
    {"pin_source.list", "mPuoaUOAe/"},
    {"pin_source.show", ".P......./"},
    {"pin_source.describe", ".P......./"},
    {"pin_source.retry", ".P......./"},
    {"store.backup", ".P......./"},
    {"signer.create", ".P......./"},
    {"signer.list", "mPuoaUOAe/"},
    {"signer.show", ".PuoaUOA./"},
    {"signer.check", ".PuoaUOA./"},
    {"signer.records", ".PuoaUOA./"},
    {"signer.change", ".......A.."},
    {"signer.freeze", ".P.....A./"},
    {"signer.unfreeze", ".......A.."},
    {"application.create", ".P......./"},
    {"application.list", "mPuoaUOAe/"},
    {"application.show", ".Puoa..../"},
    {"application.change", "....a....."},
    {"application.delete", "....a....."},
    {"application.add_signer", "....a....."},
    {"application.remove_signer", "....a....."},
    {"application.add_container", "....a....."},
    {"application.remove_container", "....a....."},
    {"application.members", ".Puoa..../"},
    {"application.add_member", ".P..a..../"},
    {"application.remove_member", ".P..a..../"},
    {"signer.retire", ".......A./"},
    {"freeze.create", ".P......./"},
    {"freeze.list", "mPuoaUOAe/"},
    {"freeze.end", ".P......./"},
    {"change.list", "mPuoaUOAe/"},
    {"change.show", "mPuoaUOAe/"},
    {"change.consent", "mPuoaUOAe/"},
    {"change.reject", "mPuoaUOAe/"},
    {"member.list", ".PuoaUOA./"},
    {"member.show", ".PuoaUOA./"},
    {"member.add", ".P.....A./"},
    {"member.remove", ".P.....A./"},
    {"policy.show", ".PuoaUOA./"},
    {"policy.list", ".PuoaUOA./"},
    {"policy.set", ".......A./"},
    {"metadata_type.create", ".P......./"},
    {"metadata_type.list", ".P......./"},
    {"metadata_type.show", ".P......./"},
    {"metadata_type.change", ".P......./"},
    {"metadata_type.delete", ".P......./"},
    {"request.create", "......OA.."},
    {"request.list", "mPuoaUOAe/"},
    {"request.show", "mPuoaUOA./"},
    {"request.approve", ".....UOA.."},
    {"request.reject", ".....UOA.."},
    {"request.cancel", "......OA.."},
    {"request.preapprove", ".......A.."},
    {"request.break_glass", "......OA.."},
    {"request.review", ".....UOA.."},
    {"request.comment", "mPuoaUOA./"},
    {"request.remind", "......OA.."},
    {"request.form", "mPuoaUOA./"},
    {"inbox.list", "mPuoaUOAe/"},
    {"delegation.create", "mPuoaUOAe/"},
    {"delegation.list", "mPuoaUOAe/"},
    {"delegation.end", "mPuoaUOAe/"},
    {"approval_key.add", "mPuoaUOAe/"},
    {"approval_key.list", "mPuoaUOAe/"},
    {"approval_key.remove", "mPuoaUOAe/"},
    {"request.revoke", ".......A.."},
    {"request.end", "........./"},
    {"signature.create", "......OA.."},
    {"signature.explain", ".PuoaUOA./"},
    {"log.list", ".P......./"},
    {"log.head", ".P......./"},
};

bool may(const HeldRights& held, const Operation& operation) {
  // What an account may ask for itself is narrowed by what it sees, and never refused.
  if (operation.scope == Scope::account) return true;
  return std::ranges::any_of(entries_asked_by(operation), [&](const CatalogueEntry* entry) {
    const bool global = entry->level == Level::global;
    return decide_right(
               {Permission::of(*entry, global ? std::nullopt : std::optional(object)), object},
               held)
        .allowed;
  });
}

TEST(AccessMatrix, EveryOperationIsInOneRowAndEveryCellHolds) {
  std::map<std::string_view, std::string_view> rows;
  for (const Row& row : matrix) EXPECT_TRUE(rows.emplace(row.operation, row.may).second);
  const auto held = roles();
  for (const Operation& each : operations()) {
    std::string found;
    for (std::size_t i = 0; i < letters.size(); ++i)
      found += may(held.at(i), each) ? letters[i] : '.';
    ASSERT_TRUE(rows.contains(each.name)) << each.name << " is in no row; it is " << found;
    EXPECT_EQ(found, rows.at(each.name)) << each.name;
    rows.erase(each.name);
  }
  EXPECT_TRUE(rows.empty()) << rows.begin()->first << " is no operation";
}

}  // namespace
}  // namespace countersign
