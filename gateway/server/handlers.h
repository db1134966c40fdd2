// What each operation does once the caller is known and allowed: one function an operation, one
// file a noun.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/json_reader.h"
#include "core/result.h"
#include "gateway/server/identity.h"
#include "hsm-backends/token_set.h"
#include "policy/caller.h"
#include "policy/changes.h"
#include "policy/collections.h"
#include "policy/containers.h"
#include "policy/model/application.h"
#include "policy/model/declaration_plan.h"
#include "policy/model/operation.h"
#include "policy/signers.h"
#include "policy/transaction.h"

namespace countersign::server {

/// A call in its transaction. `signer`, `application` and so on stand for the route's {signer},
/// {application} and {request} where its scope is theirs: they exist and the caller may know of
/// them.
struct Call {
  Transaction& transaction;
  const Caller& caller;
  const std::map<std::string, std::string>& parts;
  const nlohmann::json& query;  ///< what is all digits as a number
  const nlohmann::json& body;
  const Signer* signer = nullptr;
  std::optional<Application> application{};
  std::optional<Container> container{};
  std::optional<PinSourceEntry> pin_source{};
  std::optional<Collection> collection{};
  RequestId request = 0;
  const std::map<std::string, std::string>* query_texts = nullptr;  ///< the query as it came
};

/// Returns the answer's JSON object. Errors of kind denied, unauthenticated and not_found come
/// before anything was written.
using Handler = Result<nlohmann::json> (*)(Call& call);

/// The handler of an operation that needs nothing but the store; null for the others
/// (token.enrol, hsm.*, pin_source.*, container.add_key, container.schedule, container.check,
/// signer.create, signer.check, signature.create, declaration.apply, store.backup: see
/// gateway_api.cc and calls.h).
Handler handler_of(const Operation& operation);

Result<nlohmann::json> status_call(Call& call);
Result<nlohmann::json> list_gateways_call(Call& call);
Result<nlohmann::json> show_gateway_call(Call& call);
Result<nlohmann::json> forget_gateway_call(Call& call);
Result<nlohmann::json> show_settings_call(Call& call);
Result<nlohmann::json> set_setting_call(Call& call);
Result<nlohmann::json> export_call(Call& call);
Result<nlohmann::json> create_account_call(Call& call);
Result<nlohmann::json> list_accounts_call(Call& call);
Result<nlohmann::json> show_account_call(Call& call);
Result<nlohmann::json> disable_account_call(Call& call);
Result<nlohmann::json> enable_account_call(Call& call);
Result<nlohmann::json> change_account_call(Call& call);
Result<nlohmann::json> delete_account_call(Call& call);
Result<nlohmann::json> enrol_anew_call(Call& call);
Result<nlohmann::json> add_owner_call(Call& call);
Result<nlohmann::json> remove_owner_call(Call& call);
Result<nlohmann::json> create_provider_call(Call& call);
Result<nlohmann::json> list_providers_call(Call& call);
Result<nlohmann::json> show_provider_call(Call& call);
Result<nlohmann::json> change_provider_call(Call& call);
Result<nlohmann::json> delete_provider_call(Call& call);
Result<nlohmann::json> create_claim_call(Call& call);
Result<nlohmann::json> list_claims_call(Call& call);
Result<nlohmann::json> show_claim_call(Call& call);
Result<nlohmann::json> change_claim_call(Call& call);
Result<nlohmann::json> delete_claim_call(Call& call);
Result<nlohmann::json> create_group_call(Call& call);
Result<nlohmann::json> list_groups_call(Call& call);
Result<nlohmann::json> show_group_call(Call& call);
Result<nlohmann::json> change_group_call(Call& call);
Result<nlohmann::json> delete_group_call(Call& call);
Result<nlohmann::json> add_to_group_call(Call& call);
Result<nlohmann::json> remove_from_group_call(Call& call);
Result<nlohmann::json> create_permission_set_call(Call& call);
Result<nlohmann::json> list_permission_sets_call(Call& call);
Result<nlohmann::json> show_permission_set_call(Call& call);
Result<nlohmann::json> change_permission_set_call(Call& call);
Result<nlohmann::json> delete_permission_set_call(Call& call);
Result<nlohmann::json> create_role_call(Call& call);
Result<nlohmann::json> import_role_call(Call& call);
Result<nlohmann::json> list_roles_call(Call& call);
Result<nlohmann::json> show_role_call(Call& call);
Result<nlohmann::json> change_role_call(Call& call);
Result<nlohmann::json> delete_role_call(Call& call);
Result<nlohmann::json> grant_role_call(Call& call);
Result<nlohmann::json> revoke_role_call(Call& call);
Result<nlohmann::json> check_access_call(Call& call);
Result<nlohmann::json> who_has_access_call(Call& call);
Result<nlohmann::json> review_access_call(Call& call);
Result<nlohmann::json> create_token_call(Call& call);
Result<nlohmann::json> list_tokens_call(Call& call);
Result<nlohmann::json> revoke_token_call(Call& call);
Result<nlohmann::json> list_signers_call(Call& call);
Result<nlohmann::json> show_signer_call(Call& call);
Result<nlohmann::json> change_signer_call(Call& call);
Result<nlohmann::json> freeze_call(Call& call);
Result<nlohmann::json> unfreeze_call(Call& call);
Result<nlohmann::json> create_application_call(Call& call);
Result<nlohmann::json> list_applications_call(Call& call);
Result<nlohmann::json> show_application_call(Call& call);
Result<nlohmann::json> change_application_call(Call& call);
Result<nlohmann::json> delete_application_call(Call& call);
Result<nlohmann::json> add_application_signer_call(Call& call);
Result<nlohmann::json> remove_application_signer_call(Call& call);
Result<nlohmann::json> list_application_members_call(Call& call);
Result<nlohmann::json> add_application_member_call(Call& call);
Result<nlohmann::json> remove_application_member_call(Call& call);
Result<nlohmann::json> list_certificates_call(Call& call);
Result<nlohmann::json> show_certificate_call(Call& call);
Result<nlohmann::json> create_collection_call(Call& call);
Result<nlohmann::json> list_collections_call(Call& call);
Result<nlohmann::json> show_collection_call(Call& call);
Result<nlohmann::json> change_collection_call(Call& call);
Result<nlohmann::json> delete_collection_call(Call& call);
Result<nlohmann::json> create_container_call(Call& call);
Result<nlohmann::json> list_containers_call(Call& call);
Result<nlohmann::json> show_container_call(Call& call);
Result<nlohmann::json> change_container_call(Call& call);
Result<nlohmann::json> delete_container_call(Call& call);
Result<nlohmann::json> remove_container_key_call(Call& call);
Result<nlohmann::json> schedule_container_call(Call& call);
Result<nlohmann::json> add_application_container_call(Call& call);
Result<nlohmann::json> remove_application_container_call(Call& call);
Result<nlohmann::json> end_request_call(Call& call);
Result<nlohmann::json> list_members_call(Call& call);
Result<nlohmann::json> show_member_call(Call& call);
Result<nlohmann::json> add_member_call(Call& call);
Result<nlohmann::json> remove_member_call(Call& call);
Result<nlohmann::json> show_policy_call(Call& call);
Result<nlohmann::json> list_policies_call(Call& call);
Result<nlohmann::json> set_policy_call(Call& call);
Result<nlohmann::json> create_metadata_type_call(Call& call);
Result<nlohmann::json> list_metadata_types_call(Call& call);
Result<nlohmann::json> show_metadata_type_call(Call& call);
Result<nlohmann::json> change_metadata_type_call(Call& call);
Result<nlohmann::json> delete_metadata_type_call(Call& call);
Result<nlohmann::json> create_request_call(Call& call);
Result<nlohmann::json> list_requests_call(Call& call);
Result<nlohmann::json> show_request_call(Call& call);
Result<nlohmann::json> approve_call(Call& call);
Result<nlohmann::json> reject_call(Call& call);
Result<nlohmann::json> cancel_call(Call& call);
Result<nlohmann::json> revoke_request_call(Call& call);
Result<nlohmann::json> preapprove_call(Call& call);
Result<nlohmann::json> break_glass_call(Call& call);
Result<nlohmann::json> review_request_call(Call& call);
Result<nlohmann::json> comment_request_call(Call& call);
Result<nlohmann::json> remind_request_call(Call& call);
Result<nlohmann::json> request_form_call(Call& call);
Result<nlohmann::json> inbox_call(Call& call);
Result<nlohmann::json> create_delegation_call(Call& call);
Result<nlohmann::json> list_delegations_call(Call& call);
Result<nlohmann::json> end_delegation_call(Call& call);
Result<nlohmann::json> add_approval_key_call(Call& call);
Result<nlohmann::json> list_approval_keys_call(Call& call);
Result<nlohmann::json> remove_approval_key_call(Call& call);
Result<nlohmann::json> explain_call(Call& call);
Result<nlohmann::json> retire_call(Call& call);
Result<nlohmann::json> create_freeze_call(Call& call);
Result<nlohmann::json> list_freezes_call(Call& call);
Result<nlohmann::json> end_freeze_call(Call& call);

Result<nlohmann::json> list_changes_call(Call& call);
Result<nlohmann::json> show_change_call(Call& call);
Result<nlohmann::json> consent_call(Call& call);
Result<nlohmann::json> reject_change_call(Call& call);
Result<nlohmann::json> list_log_call(Call& call);
Result<nlohmann::json> list_signer_records_call(Call& call);
Result<nlohmann::json> log_head_call(Call& call);

/// Submits the change. The answer is `view()` when it was made, and `{"change": …}` when it waits
/// for consent.
Result<nlohmann::json> submit_call(Call& call, const Proposal& proposal,
                                   const std::function<Result<nlohmann::json>()>& view);
/// A time of the body; `otherwise` where it may be missing and is.
Time read_time(JsonReader& in, const char* name, std::optional<Time> otherwise);
/// The query `?force=1`, by which a signer that would be orphaned is frozen.
Result<bool> read_force(Call& call);

/// Makes the signer that `wish` describes, for the key that was found on the token.
Result<nlohmann::json> create_signer_call(Call& call, const NewSigner& wish, const PublicKey& key);

/// A document to apply, as the call brings it.
struct DeclarationWish {
  DeclarationPlan plan;
  bool dry_run = false;
};
Result<DeclarationWish> read_declaration_wish(Call& call);
/// Makes the plan, or says what would become of it.
Result<nlohmann::json> apply_declaration_call(Call& call, const DeclarationWish& wish);

/// Puts the key that was found on `token` into the container.
Result<nlohmann::json> add_container_key_call(Call& call, const std::string& token,
                                              const std::string& uri, const PublicKey& found);
/// Stores what was seen of the container's keys.
Result<nlohmann::json> check_container_call(Call& call, const std::vector<KeyCheck>& seen);

/// Sources of PINs, of which the store knows the numbers and `configured` the rest.
using PinSources = std::vector<hsm::TokenPinSource>;
Result<nlohmann::json> list_pin_sources_call(Call& call, const PinSources& configured);
Result<nlohmann::json> show_pin_source_call(Call& call, const PinSources& configured);
Result<nlohmann::json> describe_pin_source_call(Call& call, const PinSources& configured);

/// Trades an enrolment code for a token: the one call without a caller.
Result<nlohmann::json> enrol_call(Transaction& transaction, const Credentials& credentials,
                                  const nlohmann::json& body);

}  // namespace countersign::server
