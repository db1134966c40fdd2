// The objects of docs/api.md, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"
#include "policy/caller.h"
#include "policy/changes.h"
#include "policy/containers.h"
#include "policy/model/application.h"
#include "policy/model/approval_key.h"
#include "policy/model/claim.h"
#include "policy/model/collection.h"
#include "policy/model/delegation.h"
#include "policy/model/metadata_type.h"
#include "policy/model/request.h"
#include "policy/model/role.h"
#include "policy/model/signer.h"
#include "policy/transaction.h"

namespace countersign::server {

nlohmann::json account_json(Transaction& transaction, const Account& account);
nlohmann::json provider_json(const IdentityProvider& provider);
nlohmann::json claim_json(Transaction& transaction, const Claim& claim);
nlohmann::json token_json(Transaction& transaction, const Credential& credential);
nlohmann::json hsm_json(const hsm::TokenStatus& status);
/// Shows of the signer what this caller may see of it.
nlohmann::json signer_json(Transaction& transaction, const Caller& caller, const Signer& signer);
nlohmann::json request_json(Transaction& transaction, const Request& request);
/// What its beneficiary signed by earlier requests for the same signer, the latest first.
nlohmann::json signed_before_json(Transaction& transaction, const Request& request);
/// Who could answer it now in somebody's place, and in whose.
nlohmann::json delegates_json(Transaction& transaction, const Request& request);
nlohmann::json delegation_json(Transaction& transaction, const Delegation& delegation);
nlohmann::json approval_key_json(Transaction& transaction, const ApprovalKey& key);
/// A change that waits or waited for consent; names only signers that the caller may see.
nlohmann::json change_json(Transaction& transaction, const Caller& caller,
                           const ChangeRequest& change);
/// Adds to each part of its view, as far as the caller sees what that part is of, by name who is
/// still asked to consent.
void add_asked(Transaction& transaction, const Caller& caller, const ChangeRequest& change,
               nlohmann::json& view);
/// The policy revision `number` of the signer; it must exist.
nlohmann::json policy_json(Transaction& transaction, const Signer& signer, PolicyNumber number);
/// The same without the document.
nlohmann::json policy_summary_json(Transaction& transaction, const Signer& signer,
                                   PolicyNumber number);
nlohmann::json freeze_json(Transaction& transaction, const ProductFreeze& freeze);
nlohmann::json permission_set_json(const PermissionSet& set);
nlohmann::json role_json(Transaction& transaction, const Role& role);
/// Names those of its signers that this caller may see.
nlohmann::json application_json(Transaction& transaction, const Caller& caller,
                                const Application& application);
/// The signer's certificate, to be asked for who may see it.
nlohmann::json certificate_json(Transaction& transaction, const Caller& caller,
                                const Signer& signer);
nlohmann::json metadata_type_json(const MetadataType& type);
nlohmann::json collection_json(const Collection& collection);
nlohmann::json container_json(Transaction& transaction, const Container& container);
/// Where the PIN comes from: a path or name, and of a command the program alone.
nlohmann::json pin_source_json(const PinSourceEntry& source, const hsm::PinSource& pin);
nlohmann::json group_json(Transaction& transaction, const Group& group);

/// An account or a group: name and kind.
nlohmann::json principal_json(Transaction& transaction, PrincipalId id);

/// The strings as they are written.
std::vector<std::string> texts_of(const std::vector<Permission>& strings);

}  // namespace countersign::server
