#include "policy/declaration_steps.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/certificate.h"
#include "core/duration.h"
#include "core/encoding.h"
#include "core/rfc3339.h"
#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/applications.h"
#include "policy/collections.h"
#include "policy/containers.h"
#include "policy/freezes.h"
#include "policy/groups.h"
#include "policy/metadata_types.h"
#include "policy/permission_sets.h"
#include "policy/providers.h"
#include "policy/roles.h"
#include "policy/settings.h"
#include "policy/signers.h"

namespace countersign {
namespace {

using nlohmann::json;

std::string text_of_step(const json& arguments, const char* name) {
  return arguments.at(name).get<std::string>();
}

template <class T>
Status outcome(const Result<T>& result) {
  if (!result) return fail(result.error());
  return {};
}

Status make_provider(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                     const json& arguments) {
  return outcome(create_provider(
      transaction, caller,
      {0, *provider_kind_from_text(text_of_step(arguments, "kind")),
       text_of_step(arguments, "scheme"), text_of_step(arguments, "display_name")}));
}

Status change_provider(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                       const json& arguments) {
  return outcome(rename_provider(transaction, caller, text_of_step(arguments, "provider"),
                                 text_of_step(arguments, "display_name")));
}

Status end_provider(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                    const json& arguments) {
  return outcome(delete_provider(transaction, caller, text_of_step(arguments, "provider")));
}

/// Nobody is there to be told a code.
Status make_account(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                    const json& arguments) {
  NewAccount wish;
  wish.name = text_of_step(arguments, "name");
  if (text_of_step(arguments, "kind") == to_text(AccountKind::machine))
    wish.kind = AccountKind::machine;
  if (arguments.contains("owner")) wish.owner = text_of_step(arguments, "owner");
  const auto created = create_account(transaction, caller, wish);
  if (created) transaction.credentials.end_all(created->account.id);
  return outcome(created);
}

Status make_group(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                  const json& arguments) {
  return outcome(create_group(transaction, caller, text_of_step(arguments, "name"),
                              text_of_step(arguments, "description")));
}

Status change_group(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                    const json& arguments) {
  return outcome(describe_group(transaction, caller, text_of_step(arguments, "group"),
                                text_of_step(arguments, "description")));
}

/// What a role or set is to be; `name` is the argument that names it.
RoleWish wish_of(const json& arguments, const char* name) {
  return {text_of_step(arguments, name), text_of_step(arguments, "description"),
          arguments.value("permission_set", std::string()),
          arguments.at("permissions").get<std::vector<std::string>>()};
}

Status make_set(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                const json& arguments) {
  return outcome(create_permission_set(transaction, caller, wish_of(arguments, "name")));
}

Status change_set(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                  const json& arguments) {
  return outcome(change_permission_set(transaction, caller, wish_of(arguments, "set")));
}

Status end_set(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
               const json& arguments) {
  return outcome(delete_permission_set(transaction, caller, text_of_step(arguments, "set")));
}

Status make_role(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                 const json& arguments) {
  return outcome(create_role(transaction, caller, wish_of(arguments, "name")));
}

Status replace_role(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                    const json& arguments) {
  return outcome(change_role(transaction, caller, wish_of(arguments, "role")));
}

Status end_role(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                const json& arguments) {
  return outcome(delete_role(transaction, caller, text_of_step(arguments, "role")));
}

Status give_role(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                 const json& arguments) {
  return outcome(grant_role(transaction, caller, text_of_step(arguments, "role"),
                            text_of_step(arguments, "principal")));
}

Status take_role(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                 const json& arguments) {
  return outcome(revoke_role(transaction, caller, text_of_step(arguments, "role"),
                             text_of_step(arguments, "principal")));
}

Status make_container(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                      const json& arguments) {
  return outcome(create_container(transaction, caller, text_of_step(arguments, "name"),
                                  text_of_step(arguments, "description")));
}

Status change_container(Transaction& transaction, const Caller& caller, const StepObjects& about,
                        const json& arguments) {
  return outcome(describe_container(transaction, caller, *about.container,
                                    text_of_step(arguments, "description")));
}

Status end_container(Transaction& transaction, const Caller& caller, const StepObjects& about,
                     const json& /*arguments*/) {
  delete_container(transaction, caller, *about.container);
  return {};
}

Status put_key(Transaction& transaction, const Caller& caller, const StepObjects& about,
               const json& arguments) {
  return add_container_key(transaction, caller, *about.container, text_of_step(arguments, "token"),
                           text_of_step(arguments, "key"), text_of_step(arguments, "fingerprint"));
}

Status take_key(Transaction& transaction, const Caller& caller, const StepObjects& about,
                const json& arguments) {
  for (const ContainerKey& each : transaction.containers.keys(about.container->id))
    if (each.uri == text_of_step(arguments, "key") &&
        each.fingerprint == text_of_step(arguments, "fingerprint"))
      return remove_container_key(transaction, caller, *about.container, std::to_string(each.id));
  return no_such("key in the container");
}

Status schedule_checks(Transaction& transaction, const Caller& caller, const StepObjects& about,
                       const json& arguments) {
  const Milliseconds every =
      parse_duration(text_of_step(arguments, "every")).value_or(Milliseconds{});
  schedule_container(transaction, caller, *about.container, every);
  return {};
}

Status make_application(Transaction& transaction, const Caller& caller,
                        const StepObjects& /*about*/, const json& arguments) {
  return outcome(
      create_application(transaction, caller,
                         {text_of_step(arguments, "name"), text_of_step(arguments, "description"),
                          text_of_step(arguments, "admin")}));
}

Status change_application(Transaction& transaction, const Caller& caller, const StepObjects& about,
                          const json& arguments) {
  return outcome(describe_application(transaction, caller, *about.application,
                                      text_of_step(arguments, "description")));
}

Status end_application(Transaction& transaction, const Caller& caller, const StepObjects& about,
                       const json& /*arguments*/) {
  return delete_application(transaction, caller, *about.application);
}

Status put_signer(Transaction& transaction, const Caller& caller, const StepObjects& about,
                  const json& arguments) {
  return add_signer(transaction, caller, *about.application, text_of_step(arguments, "signer"));
}

Status take_signer(Transaction& transaction, const Caller& caller, const StepObjects& about,
                   const json& arguments) {
  return remove_signer(transaction, caller, *about.application, text_of_step(arguments, "signer"));
}

Status put_container(Transaction& transaction, const Caller& caller, const StepObjects& about,
                     const json& arguments) {
  return add_container(transaction, caller, *about.application,
                       text_of_step(arguments, "container"));
}

Status take_container(Transaction& transaction, const Caller& caller, const StepObjects& about,
                      const json& arguments) {
  return remove_container(transaction, caller, *about.application,
                          text_of_step(arguments, "container"));
}

/// The type as a step writes it: its field, and the description.
Result<MetadataType> metadata_type_wish(json arguments) {
  MetadataType wish;
  wish.description = text_of_step(arguments, "description");
  arguments.erase("description");
  auto field = metadata_field_from_json(arguments, "");
  if (!field) return fail(std::move(field.error()));
  wish.field = std::move(*field);
  return wish;
}

Status make_metadata_type(Transaction& transaction, const Caller& caller,
                          const StepObjects& /*about*/, const json& arguments) {
  const auto wish = metadata_type_wish(arguments);
  if (!wish) return fail(wish.error());
  return outcome(create_metadata_type(transaction, caller, *wish));
}

Status replace_metadata_type(Transaction& transaction, const Caller& caller,
                             const StepObjects& /*about*/, const json& arguments) {
  const auto wish = metadata_type_wish(arguments);
  if (!wish) return fail(wish.error());
  return outcome(change_metadata_type(transaction, caller, *wish));
}

Status end_metadata_type(Transaction& transaction, const Caller& caller,
                         const StepObjects& /*about*/, const json& arguments) {
  return outcome(
      delete_metadata_type(transaction, caller, text_of_step(arguments, "metadata_type")));
}

Status make_freeze(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                   const json& arguments) {
  const std::string window = text_of_step(arguments, "window");
  const auto slash = window.find('/');
  return outcome(
      create_freeze(transaction, caller,
                    {*parse_rfc3339(window.substr(0, slash)),
                     *parse_rfc3339(window.substr(slash + 1)), text_of_step(arguments, "reason")}));
}

Status set_one_setting(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                       const json& arguments) {
  return outcome(set_setting(transaction, caller, text_of_step(arguments, "setting"),
                             text_of_step(arguments, "value")));
}

Status alter_signer(Transaction& transaction, const Caller& caller, const StepObjects& about,
                    const json& arguments) {
  SignerChange wish;
  if (arguments.contains("description")) wish.description = text_of_step(arguments, "description");
  if (arguments.contains("certificates"))
    for (const json& each : arguments["certificates"]) {
      auto read = certificate_from_der(from_base64(each.get<std::string>()).value_or(Bytes{}));
      if (!read) return fail(std::move(read.error()));
      wish.certificates.push_back(std::move(*read));
    }
  return change_signer(transaction, caller, *about.signer, wish);
}

/// The collection as it is to be, over what it is.
Result<Collection> collection_wish(Collection before, const json& arguments) {
  json conditions = arguments;
  conditions.erase("collection");
  JsonReader in(conditions, "");
  before.name = in.optional_text("name").value_or(before.name);
  before.description = in.optional_text("description").value_or(before.description);
  before.query = read_certificate_query(in, before.query);
  if (auto good = in.finish(); !good) return fail(good.error());
  return before;
}

Status make_collection(Transaction& transaction, const Caller& caller, const StepObjects& /*about*/,
                       const json& arguments) {
  const auto wish = collection_wish({}, arguments);
  if (!wish) return fail(wish.error());
  return outcome(create_collection(transaction, caller, *wish));
}

Status replace_collection(Transaction& transaction, const Caller& caller, const StepObjects& about,
                          const json& arguments) {
  const auto wish = collection_wish(*about.collection, arguments);
  if (!wish) return fail(wish.error());
  return outcome(change_collection(transaction, caller, *about.collection, *wish));
}

Status end_collection(Transaction& transaction, const Caller& caller, const StepObjects& about,
                      const json& /*arguments*/) {
  delete_collection(transaction, caller, *about.collection);
  return {};
}

Status describe_source(Transaction& transaction, const Caller& caller, const StepObjects& about,
                       const json& arguments) {
  return outcome(describe_pin_source(transaction, caller, *about.pin_source,
                                     text_of_step(arguments, "description")));
}

}  // namespace

StepMaker maker_of(std::string_view operation) {
  static constexpr auto table = std::to_array<std::pair<std::string_view, StepMaker>>({
      {"provider.create", make_provider},
      {"provider.change", change_provider},
      {"provider.delete", end_provider},
      {"account.create", make_account},
      {"group.create", make_group},
      {"group.change", change_group},
      {"permission_set.create", make_set},
      {"permission_set.change", change_set},
      {"permission_set.delete", end_set},
      {"role.create", make_role},
      {"role.change", replace_role},
      {"role.delete", end_role},
      {"role.grant", give_role},
      {"role.revoke", take_role},
      {"container.create", make_container},
      {"container.change", change_container},
      {"container.delete", end_container},
      {"container.add_key", put_key},
      {"container.remove_key", take_key},
      {"container.schedule", schedule_checks},
      {"application.create", make_application},
      {"application.change", change_application},
      {"application.delete", end_application},
      {"application.add_signer", put_signer},
      {"application.remove_signer", take_signer},
      {"application.add_container", put_container},
      {"application.remove_container", take_container},
      {"metadata_type.create", make_metadata_type},
      {"metadata_type.change", replace_metadata_type},
      {"metadata_type.delete", end_metadata_type},
      {"freeze.create", make_freeze},
      {"settings.set", set_one_setting},
      {"signer.change", alter_signer},
      {"collection.create", make_collection},
      {"collection.change", replace_collection},
      {"collection.delete", end_collection},
      {"pin_source.describe", describe_source},
  });
  for (const auto& [name, maker] : table)
    if (name == operation) return maker;
  return nullptr;
}

}  // namespace countersign
