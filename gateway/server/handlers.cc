#include "gateway/server/handlers.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace countersign::server {

Handler handler_of(const Operation& operation) {
  static constexpr auto table = std::to_array<std::pair<std::string_view, Handler>>({
      {"gateway.status", status_call},
      {"account.create", create_account_call},
      {"account.list", list_accounts_call},
      {"account.show", show_account_call},
      {"account.disable", disable_account_call},
      {"account.enable", enable_account_call},
      {"account.change", change_account_call},
      {"account.delete", delete_account_call},
      {"account.enrol", enrol_anew_call},
      {"account.add_owner", add_owner_call},
      {"account.remove_owner", remove_owner_call},
      {"provider.create", create_provider_call},
      {"provider.list", list_providers_call},
      {"provider.show", show_provider_call},
      {"provider.change", change_provider_call},
      {"provider.delete", delete_provider_call},
      {"claim.create", create_claim_call},
      {"claim.list", list_claims_call},
      {"claim.show", show_claim_call},
      {"claim.change", change_claim_call},
      {"claim.delete", delete_claim_call},
      {"group.create", create_group_call},
      {"group.list", list_groups_call},
      {"group.show", show_group_call},
      {"group.change", change_group_call},
      {"group.delete", delete_group_call},
      {"group.add", add_to_group_call},
      {"group.remove", remove_from_group_call},
      {"permission_set.create", create_permission_set_call},
      {"permission_set.list", list_permission_sets_call},
      {"permission_set.show", show_permission_set_call},
      {"permission_set.change", change_permission_set_call},
      {"permission_set.delete", delete_permission_set_call},
      {"role.create", create_role_call},
      {"role.import", import_role_call},
      {"role.list", list_roles_call},
      {"role.show", show_role_call},
      {"role.change", change_role_call},
      {"role.delete", delete_role_call},
      {"role.grant", grant_role_call},
      {"role.revoke", revoke_role_call},
      {"access.check", check_access_call},
      {"token.create", create_token_call},
      {"token.list", list_tokens_call},
      {"token.revoke", revoke_token_call},
      {"signer.list", list_signers_call},
      {"signer.show", show_signer_call},
      {"signer.freeze", freeze_call},
      {"signer.unfreeze", unfreeze_call},
      {"application.create", create_application_call},
      {"application.list", list_applications_call},
      {"application.show", show_application_call},
      {"application.change", change_application_call},
      {"application.delete", delete_application_call},
      {"application.add_signer", add_application_signer_call},
      {"application.remove_signer", remove_application_signer_call},
      {"application.members", list_application_members_call},
      {"application.add_member", add_application_member_call},
      {"application.remove_member", remove_application_member_call},
      {"member.list", list_members_call},
      {"member.add", add_member_call},
      {"member.remove", remove_member_call},
      {"policy.show", show_policy_call},
      {"policy.set", set_policy_call},
      {"request.create", create_request_call},
      {"request.list", list_requests_call},
      {"request.show", show_request_call},
      {"request.approve", approve_call},
      {"request.reject", reject_call},
      {"request.cancel", cancel_call},
      {"request.revoke", revoke_request_call},
      {"signature.explain", explain_call},
      {"log.list", list_log_call},
      {"log.head", log_head_call},
  });
  for (const auto& [name, handler] : table)
    if (name == operation.name) return handler;
  return nullptr;
}

}  // namespace countersign::server
