// One piece of work on the store, and all it may touch.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/secure_bytes.h"
#include "policy/denial_counter.h"
#include "policy/store/account_table.h"
#include "policy/store/acting_table.h"
#include "policy/store/application_table.h"
#include "policy/store/approval_key_table.h"
#include "policy/store/approval_table.h"
#include "policy/store/change_table.h"
#include "policy/store/claim_table.h"
#include "policy/store/collection_table.h"
#include "policy/store/container_table.h"
#include "policy/store/credential_table.h"
#include "policy/store/delegation_table.h"
#include "policy/store/freeze_table.h"
#include "policy/store/gateway_table.h"
#include "policy/store/group_table.h"
#include "policy/store/log_table.h"
#include "policy/store/member_table.h"
#include "policy/store/meta_table.h"
#include "policy/store/metadata_type_table.h"
#include "policy/store/pin_source_table.h"
#include "policy/store/provider_table.h"
#include "policy/store/rate_table.h"
#include "policy/store/request_table.h"
#include "policy/store/right_table.h"
#include "policy/store/role_table.h"
#include "policy/store/signer_table.h"
#include "policy/store/thread_table.h"
#include "policy/store/trial.h"

namespace countersign {

/// Handed to a piece of work by PolicyStore::run(), valid while it runs. Not thread-safe.
struct Transaction {
  Time now;  ///< the later of the clock and the latest time ever seen: never goes back
  MetaTable& meta;
  LogTable& log;
  AccountTable& accounts;
  ProviderTable& providers;
  ClaimTable& claims;
  CredentialTable& credentials;
  SignerTable& signers;
  MemberTable& members;
  RequestTable& requests;
  ApprovalTable& approvals;
  ThreadTable& threads;
  DelegationTable& delegations;
  ApprovalKeyTable& approval_keys;
  GroupTable& groups;
  ApplicationTable& applications;
  ContainerTable& containers;
  CollectionTable& collections;
  MetadataTypeTable& metadata_types;
  GatewayTable& gateways;
  PinSourceTable& pin_sources;
  RoleTable& roles;
  RightTable& rights;
  ActingTable& acting;
  ChangeTable& changes;
  FreezeTable& freezes;
  RateTable& rates;
  Trial& trial;
  DenialCounter& denials;
  const Bytes& credential_key;  ///< bearer tokens and codes are stored hashed with it

  /// Appends a record at `now`.
  RecordNumber record(const LogEntry& entry) { return log.append(entry, now); }
};

}  // namespace countersign
