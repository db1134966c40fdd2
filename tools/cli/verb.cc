#include "tools/cli/verb.h"

#include <charconv>

#include "tools/cli/nouns.h"

namespace countersign {

Parameter word(std::string name, std::string help) {
  return {std::move(name),        "",  std::move(help), Parameter::Kind::word,
          Parameter::Value::text, true};
}

Parameter number(std::string name, std::string help) {
  return {std::move(name),          "",  std::move(help), Parameter::Kind::word,
          Parameter::Value::number, true};
}

Parameter required_option(std::string name, std::string value_name, std::string help) {
  return {std::move(name),         std::move(value_name),  std::move(help),
          Parameter::Kind::option, Parameter::Value::text, true};
}

Parameter option(std::string name, std::string value_name, std::string help) {
  return {std::move(name),         std::move(value_name),  std::move(help),
          Parameter::Kind::option, Parameter::Value::text, false};
}

Parameter number_option(std::string name, std::string value_name, std::string help) {
  return {std::move(name),         std::move(value_name),    std::move(help),
          Parameter::Kind::option, Parameter::Value::number, false};
}

Parameter list_option(std::string name, std::string value_name, std::string help) {
  return {std::move(name),         std::move(value_name),  std::move(help),
          Parameter::Kind::option, Parameter::Value::list, false};
}

Parameter required_list(std::string name, std::string value_name, std::string help) {
  return {std::move(name),         std::move(value_name),  std::move(help),
          Parameter::Kind::option, Parameter::Value::list, true};
}

Parameter flag(std::string name, std::string help) {
  return {std::move(name),        "",   std::move(help), Parameter::Kind::flag,
          Parameter::Value::text, false};
}

std::string Arguments::text(const std::string& name) const {
  return optional_text(name).value_or("");
}

std::optional<std::string> Arguments::optional_text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> Arguments::optional_number(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  const std::string& digits = found->second;
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string_view verb_words(const Operation& operation) {
  return operation.verb.substr(0, operation.verb.find(" --"));
}

Verb verb(std::string_view operation_name, std::vector<Parameter> parameters, std::string example,
          std::function<Result<ExitCode>(const Arguments&, Session&)> run) {
  const Operation& row = operation(operation_name);
  return {std::string(verb_words(row)), std::string(row.summary), &row,
          std::move(parameters),        std::move(example),       std::move(run)};
}

std::vector<Verb> all_verbs() {
  std::vector<Verb> all;
  for (const auto& verbs_of :
       {offline_verbs,        declaration_verbs,   doctor_verbs,       status_verbs,
        gateway_verbs,        setting_verbs,       account_verbs,      provider_verbs,
        claim_verbs,          group_verbs,         token_verbs,        hsm_verbs,
        store_verbs,          signer_verbs,        member_verbs,       permission_verbs,
        permission_set_verbs, role_verbs,          access_verbs,       application_verbs,
        container_verbs,      pin_source_verbs,    certificate_verbs,  collection_verbs,
        policy_verbs,         metadata_type_verbs, change_verbs,       request_verbs,
        inbox_verbs,          delegation_verbs,    approval_key_verbs, freeze_verbs,
        sign_verbs,           setup_verbs,         explain_verbs,      log_verbs,
        handler_verbs})
    for (Verb& each : verbs_of()) all.push_back(std::move(each));
  return all;
}

}  // namespace countersign
