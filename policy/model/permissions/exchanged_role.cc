#include "policy/model/permissions/exchanged_role.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/model/claim.h"
#include "policy/model/permissions/role_strings.h"

namespace countersign {

using nlohmann::json;

namespace {

constexpr std::size_t most_ignored = 100;

tl::unexpected<Error> bad_field(const std::string& pointer, const std::string& why) {
  return fail(ErrorKind::invalid, "bad_field", pointer + " " + why);
}

/// An object whose fields are found without regard to case.
class Fields {
 public:
  static Result<Fields> of(const json& object, const std::string& pointer) {
    if (!object.is_object())
      return bad_field(pointer.empty() ? "the document" : pointer, "is not a JSON object");
    Fields fields(pointer);
    for (const auto& [name, value] : object.items())
      if (!fields.values_.emplace(fold_case(name), Field{name, &value}).second)
        return bad_field(fields.at(name), "stands there twice");
    return fields;
  }

  /// Null when there is none. Marks the field as known.
  const json* find(const std::string& folded) {
    const auto found = values_.find(folded);
    if (found == values_.end()) return nullptr;
    found->second.known = true;
    return found->second.value->is_null() ? nullptr : found->second.value;
  }

  /// Nothing when there is none.
  Result<std::optional<std::string>> text(const std::string& folded) {
    const json* const value = find(folded);
    if (value == nullptr) return std::nullopt;
    if (value->is_number_integer()) return value->dump();
    if (!value->is_string()) return bad_field(at(folded), "is not a string");
    return value->get<std::string>();
  }

  std::vector<std::string> unknown() const {
    std::vector<std::string> names;
    for (const auto& [folded, field] : values_)
      if (!field.known && names.size() < most_ignored) names.push_back(field.name);
    return names;
  }

  std::string at(const std::string& name) const { return pointer_ + "/" + printable(name); }

 private:
  struct Field {
    std::string name;
    const json* value;
    bool known = false;
  };
  explicit Fields(std::string pointer) : pointer_(std::move(pointer)) {}

  std::string pointer_;
  std::map<std::string, Field> values_;
};

/// Some systems put the provider's names into an object of their own.
Result<std::string> read_provider(Fields& claim) {
  for (const char* const name : {"providerauthenticationscheme", "authenticationscheme"}) {
    auto scheme = claim.text(name);
    if (!scheme) return fail(std::move(scheme.error()));
    if (*scheme) return **scheme;
  }
  const json* const provider = claim.find("provider");
  if (provider == nullptr) return std::string();
  if (!provider->is_object()) {
    auto text = claim.text("provider");
    if (!text) return fail(std::move(text.error()));
    return text->value_or("");
  }
  auto inner = Fields::of(*provider, claim.at("Provider"));
  if (!inner) return fail(std::move(inner.error()));
  auto scheme = inner->text("authenticationscheme");
  if (!scheme) return fail(std::move(scheme.error()));
  return scheme->value_or("");
}

Result<ExchangedClaim> read_claim(const json& document, const std::string& pointer) {
  auto fields = Fields::of(document, pointer);
  if (!fields) return fail(std::move(fields.error()));
  const auto type = fields->text("claimtype");
  if (!type) return fail(type.error());
  const auto value = fields->text("claimvalue");
  if (!value) return fail(value.error());
  if (!*type) return bad_field(fields->at("ClaimType"), "is missing");
  if (!*value) return bad_field(fields->at("ClaimValue"), "is missing");
  auto provider = read_provider(*fields);
  if (!provider) return fail(std::move(provider.error()));
  return ExchangedClaim{claim_type(**type).value_or(**type), **value, std::move(*provider)};
}

Status read_permissions(Fields& fields, ExchangedRole& role) {
  const json* const list = fields.find("permissions");
  if (list == nullptr) return bad_field(fields.at("Permissions"), "is missing");
  if (!list->is_array()) return bad_field(fields.at("Permissions"), "is not a list");
  if (list->size() > most_role_strings)
    return fail(ErrorKind::invalid, "too_many_permissions",
                std::to_string(list->size()) + " permissions are too many",
                "use at most " + std::to_string(most_role_strings));
  for (const json& each : *list) {
    if (!each.is_string())
      return bad_field(fields.at("Permissions") + "/" + std::to_string(role.permissions.size()),
                       "is not a string");
    role.permissions.push_back(each.get<std::string>());
  }
  return {};
}

Status read_claims(Fields& fields, ExchangedRole& role) {
  const json* const list = fields.find("claims");
  if (list == nullptr) return {};
  if (!list->is_array()) return bad_field(fields.at("Claims"), "is not a list");
  if (list->size() > most_exchanged_claims)
    return fail(ErrorKind::invalid, "too_many_claims",
                std::to_string(list->size()) + " claims are too many",
                "use at most " + std::to_string(most_exchanged_claims));
  for (const json& each : *list) {
    auto claim = read_claim(each, fields.at("Claims") + "/" + std::to_string(role.claims.size()));
    if (!claim) return fail(std::move(claim.error()));
    role.claims.push_back(std::move(*claim));
  }
  return {};
}

/// The error that a role made of this string alone would get.
std::optional<Error> refusal_of(const Permission& string, std::span<const Permission> cap) {
  const std::string& text = string.text();
  auto read = read_role_strings(std::span(&text, 1), cap);
  return read ? std::nullopt : std::optional(std::move(read.error()));
}

std::vector<ImportedPermission> meanings_of(const std::string& given) {
  if (const OlderName* const older = find_older_name(given)) {
    std::vector<ImportedPermission> all;
    for (const std::string_view string : older->strings)
      if (!string.empty())
        all.push_back({given, Permission::of(*find_entry(string)), std::nullopt,
                       std::string(older->exception)});
    return all;
  }
  auto string = Permission::parse(given);
  if (!string) return {{given, std::nullopt, std::move(string.error()), ""}};
  return {{given, std::move(*string), std::nullopt, ""}};
}

/// Of those that can be taken, each that another gives as well; of two that are the same, the
/// later.
void refuse_covered(std::vector<ImportedPermission>& all) {
  for (ImportedPermission& below : all)
    for (const ImportedPermission& above : all) {
      if (&above == &below || below.refusal || above.refusal) continue;
      const bool same = *above.string == *below.string;
      if (!above.string->covers(*below.string) || (same && &above > &below)) continue;
      below.refusal =
          Error{ErrorKind::invalid, "covered_permission",
                "\"" + below.string->text() + "\" is covered by \"" + above.string->text() +
                    "\", which is \"" + printable(above.given) + "\" among the same permissions",
                ""};
    }
}

}  // namespace

std::optional<std::string> claim_type(std::string_view text) {
  const auto plain = [](std::string_view written) {
    std::string folded = fold_case(written);
    std::erase_if(folded, [](char c) { return c == ' ' || c == '_'; });
    return folded;
  };
  const std::string wanted = plain(text);
  // Some systems write the number of the type.
  for (int number = 0; number <= static_cast<int>(ClaimType::oauth_client_id); ++number) {
    const std::string_view name = to_text(static_cast<ClaimType>(number));
    if (wanted == plain(name) || wanted == std::to_string(number)) return std::string(name);
  }
  return std::nullopt;
}

Result<ExchangedRole> exchanged_role_from_json(const json& document, const std::string& pointer) {
  auto fields = Fields::of(document, pointer);
  if (!fields) return fail(std::move(fields.error()));
  ExchangedRole role;
  const auto name = fields->text("name");
  if (!name) return fail(name.error());
  if (!*name) return bad_field(fields->at("Name"), "is missing");
  role.name = **name;
  const auto description = fields->text("description");
  if (!description) return fail(description.error());
  role.description = description->value_or("");
  for (const char* const field : {"permissionsetid", "permissionset"}) {
    const auto set = fields->text(field);
    if (!set) return fail(set.error());
    if (*set) role.permission_set = **set;
  }
  if (auto good = read_permissions(*fields, role); !good) return fail(std::move(good.error()));
  if (auto good = read_claims(*fields, role); !good) return fail(std::move(good.error()));
  role.ignored = fields->unknown();
  return role;
}

std::vector<ImportedPermission> import_permissions(std::span<const std::string> given,
                                                   std::span<const Permission> cap) {
  std::vector<ImportedPermission> all;
  for (const std::string& each : given)
    for (ImportedPermission& one : meanings_of(each)) {
      if (one.string) one.refusal = refusal_of(*one.string, cap);
      all.push_back(std::move(one));
    }
  refuse_covered(all);
  return all;
}

}  // namespace countersign
