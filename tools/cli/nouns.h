// The verbs of each noun; one file for each.
#pragma once

#include <vector>

#include "tools/cli/verb.h"

namespace countersign {

std::vector<Verb> offline_verbs();
std::vector<Verb> declaration_verbs();
std::vector<Verb> doctor_verbs();
std::vector<Verb> status_verbs();
std::vector<Verb> access_verbs();
std::vector<Verb> account_verbs();
std::vector<Verb> application_verbs();
std::vector<Verb> provider_verbs();
std::vector<Verb> claim_verbs();
std::vector<Verb> certificate_verbs();
std::vector<Verb> collection_verbs();
std::vector<Verb> container_verbs();
std::vector<Verb> pin_source_verbs();
std::vector<Verb> change_verbs();
std::vector<Verb> inbox_verbs();
std::vector<Verb> delegation_verbs();
std::vector<Verb> approval_key_verbs();
std::vector<Verb> freeze_verbs();
std::vector<Verb> gateway_verbs();
std::vector<Verb> group_verbs();
std::vector<Verb> permission_set_verbs();
std::vector<Verb> role_verbs();
std::vector<Verb> token_verbs();
std::vector<Verb> handler_verbs();
std::vector<Verb> hsm_verbs();
std::vector<Verb> store_verbs();
std::vector<Verb> signer_verbs();
std::vector<Verb> member_verbs();
std::vector<Verb> metadata_type_verbs();
std::vector<Verb> permission_verbs();
std::vector<Verb> policy_verbs();
std::vector<Verb> request_verbs();
std::vector<Verb> setting_verbs();
std::vector<Verb> sign_verbs();
std::vector<Verb> setup_verbs();
std::vector<Verb> explain_verbs();
std::vector<Verb> log_verbs();

}  // namespace countersign
