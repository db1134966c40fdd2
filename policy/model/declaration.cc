#include "policy/model/declaration.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/rfc3339.h"
#include "core/text.h"
#include "policy/model/certificate_query.h"
#include "policy/model/claim.h"
#include "policy/model/permissions/layered_role.h"
#include "policy/model/permissions/permission.h"
#include "policy/model/setting.h"
#include "policy/model/signing_policy.h"

namespace countersign {

using nlohmann::json;

namespace {

constexpr int version = 1;
constexpr Milliseconds most_often = std::chrono::minutes(1);
constexpr std::size_t fingerprint_digits = 64;

/// Reads one entry of a section: `in` its own fields, `out` what it becomes.
struct Entry {
  JsonReader& in;
  const std::string& pointer;
  json& out;

  void text(const char* name) { out[name] = in.text(name); }
  void text(const char* name, const char* otherwise) {
    out[name] = in.optional_text(name).value_or(otherwise);
  }
  void name(const char* field) {
    text(field);
    if (auto good = check_name(field, out[field].get<std::string>()); !good)
      in.refuse(field, "is no name", good.error().remedy);
  }
  void description() {
    text("description", "");
    const auto& given = out["description"].get_ref<const std::string&>();
    if (!given.empty() && !check_text("the description", given))
      in.refuse("description", "is no text of at most 1000 bytes without control characters");
  }
  void choice(const char* name, std::initializer_list<std::string_view> choices,
              const char* otherwise) {
    text(name, otherwise);
    if (std::ranges::find(choices, out[name].get<std::string>()) == choices.end())
      in.refuse(name, "is none of what it can be", "see docs/schema/policy-document.json");
  }
  /// Distinct, without regard to case.
  void texts(const char* name) {
    out[name] = json::array();
    std::set<std::string> seen;
    for (const std::string& each : in.texts(name)) {
      if (each.empty()) in.refuse(name, "has an empty text");
      if (!seen.insert(fold_case(each)).second)
        in.refuse(name, "names " + printable(each) + " twice");
      out[name].push_back(each);
    }
  }
  void permissions() {
    texts("permissions");
    for (const json& each : out["permissions"])
      if (const auto read = Permission::parse(each.get<std::string>()); !read)
        in.refuse("permissions", "has \"" + printable(each.get<std::string>()) + "\"",
                  read.error().message);
  }
  /// A list of objects, each read by `read`. Its errors name their place.
  template <class Read>
  Status objects(const char* name, Read read) {
    out[name] = json::array();
    const json* const list = in.any(name);
    if (list == nullptr || !list->is_array()) {
      in.refuse(name, "is not a list");
      return {};
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string place = pointer + "/" + name + "/" + std::to_string(i);
      JsonReader inner((*list)[i], place);
      json one = json::object();
      Entry entry{inner, place, one};
      read(entry);
      if (auto good = inner.finish(); !good) return good;
      out[name].push_back(std::move(one));
    }
    return {};
  }
  /// Members, each principal once.
  Status members(Layer layer) {
    std::set<std::string> seen;
    return objects("members", [&](Entry& member) {
      member.text("principal");
      member.text("role");
      const auto principal = member.out["principal"].get<std::string>();
      if (principal.empty() || !seen.insert(fold_case(principal)).second)
        member.in.refuse("principal", "is empty, or a member already");
      if (!layered_role_from_text(layer, member.out["role"].get<std::string>()))
        member.in.refuse("role", "is none of \"admin\", \"operator\", \"auditor\"");
    });
  }
};

Status read_provider(Entry& entry) {
  entry.text("scheme");
  entry.choice("kind", {"unix", "x509", "token", "oidc"}, "");
  entry.text("display_name");
  return {};
}

Status read_account(Entry& entry) {
  entry.name("name");
  entry.choice("kind", {"user", "machine"}, "user");
  entry.choice("state", {"active", "disabled", "deleted"}, "active");
  entry.choice("product_role", {"member", "admin"}, "member");
  entry.description();
  entry.out["owners"] = json::array();
  if (entry.in.any("owners") != nullptr) entry.texts("owners");
  if (entry.out["owners"].empty() == (entry.out["kind"] == "machine"))
    entry.in.refuse("owners", "do not fit: a machine has owners, a user has none");
  return {};
}

/// A claim is named by "scheme:type:value".
Status read_claim(Entry& entry) {
  entry.text("claim");
  const auto text = entry.out["claim"].get<std::string>();
  const auto first = text.find(':');
  const auto second = first == text.npos ? first : text.find(':', first + 1);
  if (first == 0 || second == text.npos || second + 1 == text.size() ||
      !claim_type_from_text(text.substr(first + 1, second - first - 1)))
    entry.in.refuse("claim", "is no claim", "write it like \"unix:group:builders\"");
  if (const auto account = entry.in.optional_text("account")) entry.out["account"] = *account;
  entry.description();
  return {};
}

Status read_group(Entry& entry) {
  entry.name("name");
  entry.description();
  entry.texts("members");
  return {};
}

Status read_set(Entry& entry) {
  entry.name("name");
  entry.description();
  entry.permissions();
  return {};
}

Status read_role(Entry& entry) {
  entry.name("name");
  entry.description();
  entry.text("permission_set", "Global");
  entry.permissions();
  entry.texts("holders");
  return {};
}

Status read_container(Entry& entry) {
  entry.name("name");
  entry.description();
  entry.text("check_every", "never");
  const auto every = entry.out["check_every"].get<std::string>();
  const auto duration = parse_duration(every);
  if (every != "never" && (!duration || *duration < most_often))
    entry.in.refuse("check_every", "is neither a duration from 1m nor \"never\"",
                    "write it like \"1d\"");
  else if (every != "never")
    entry.out["check_every"] = to_text(*duration);
  return entry.objects("keys", [](Entry& key) {
    key.text("key");
    key.text("fingerprint");
    const auto digits = key.out["fingerprint"].get<std::string>();
    if (digits.size() != fingerprint_digits || !from_hex(digits) || fold_case(digits) != digits)
      key.in.refuse("fingerprint", "is no SHA-256 in 64 lower-case hex digits");
  });
}

Status read_signer(Entry& entry) {
  entry.name("name");
  entry.description();
  entry.text("key");
  entry.text("public_key");
  if (const auto der = from_base64(entry.out["public_key"].get<std::string>());
      !der || der->empty())
    entry.in.refuse("public_key", "is not base64");
  if (entry.in.any("certificates") != nullptr) {
    entry.texts("certificates");
    if (entry.out["certificates"].empty()) entry.in.refuse("certificates", "is an empty list");
  }
  entry.choice("state", {"active", "frozen", "retired"}, "active");
  if (const json* const document = entry.in.any("policy")) {
    const auto policy = signing_policy_from_json(*document, entry.pointer + "/policy");
    if (!policy) return fail(policy.error());
    entry.out["policy"] = to_json(*policy);
  }
  return entry.members(Layer::signer);
}

Status read_application(Entry& entry) {
  entry.name("name");
  entry.description();
  entry.texts("signers");
  entry.texts("containers");
  if (auto good = entry.members(Layer::application); !good) return good;
  const json& members = entry.out["members"];
  if (std::ranges::none_of(members, [](const json& each) { return each["role"] == "admin"; }))
    entry.in.refuse("members", "has no admin");
  return {};
}

/// A field's definition, of which the document says no more than the type does.
Status read_metadata_type(Entry& entry) {
  entry.description();
  json definition{{"name", entry.in.text("name")}};
  for (const char* const part : {"kind", "choices", "pattern"})
    if (const json* const given = entry.in.any(part)) definition[part] = *given;
  const auto field = metadata_field_from_json(definition, entry.pointer);
  if (!field) return fail(field.error());
  entry.out.update(to_json(*field));
  entry.out.erase("required");
  return {};
}

/// "FROM/UNTIL", as ISO 8601 writes an interval.
Status read_freeze(Entry& entry) {
  entry.text("window");
  entry.text("reason");
  const auto text = entry.out["window"].get<std::string>();
  const auto slash = text.find('/');
  const auto from = parse_rfc3339(text.substr(0, slash));
  const auto until = slash == text.npos ? std::nullopt : parse_rfc3339(text.substr(slash + 1));
  if (!from || !until || *until <= *from)
    entry.in.refuse("window", "is no time from one moment to a later one",
                    "write it like \"2026-12-20T18:00:00Z/2027-01-04T06:00:00Z\"");
  else
    entry.out["window"] = to_rfc3339(*from) + "/" + to_rfc3339(*until);
  if (!check_text("the reason", entry.out["reason"].get<std::string>()))
    entry.in.refuse("reason", "is no text of at most 1000 bytes without control characters");
  return {};
}

Status read_setting(Entry& entry) {
  entry.text("name");
  entry.text("value");
  const Setting* const setting = find_setting(entry.out["name"].get<std::string>());
  if (setting == nullptr) {
    entry.in.refuse("name", "is no setting", "see: countersign settings show");
    return {};
  }
  const auto value = setting_value(*setting, entry.out["value"].get<std::string>());
  if (!value) entry.in.refuse("value", value.error().message, value.error().remedy);
  entry.out["value"] = to_text(value.value_or(setting->otherwise));
  return {};
}

Status read_collection(Entry& entry) {
  entry.name("name");
  entry.description();
  write_certificate_query(read_certificate_query(entry.in, {}), entry.out);
  return {};
}

Status read_pin_source(Entry& entry) {
  entry.text("hsm");
  entry.description();
  return {};
}

using ReadEntry = Status(Entry&);

constexpr std::array<DeclarationSection, 14> sections{{{"identity_providers", "scheme", true},
                                                       {"accounts", "name", false},
                                                       {"claims", "claim", true},
                                                       {"groups", "name", true},
                                                       {"permission_sets", "name", true},
                                                       {"roles", "name", true},
                                                       {"containers", "name", true},
                                                       {"metadata_types", "name", true},
                                                       {"signers", "name", false},
                                                       {"applications", "name", true},
                                                       {"collections", "name", true},
                                                       {"pin_sources", "hsm", false},
                                                       {"settings", "name", false},
                                                       {"freezes", "window", false}}};
constexpr std::array<ReadEntry*, sections.size()> readers{
    read_provider,   read_account,    read_claim,         read_group,  read_set,
    read_role,       read_container,  read_metadata_type, read_signer, read_application,
    read_collection, read_pin_source, read_setting,       read_freeze};

Result<json> read_section(const json& list, const DeclarationSection& section, ReadEntry& read) {
  const std::string place = std::string("/") + section.name;
  if (!list.is_array()) return fail(ErrorKind::invalid, "bad_field", place + " is not a list");
  json entries = json::array();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string pointer = place + "/" + std::to_string(i);
    JsonReader in(list[i], pointer);
    json out = json::object();
    Entry entry{in, pointer, out};
    if (auto good = read(entry); !good) return fail(good.error());
    if (!seen.insert(fold_case(out[section.key].get<std::string>())).second)
      in.refuse(section.key, "is that of an entry before it");
    if (auto good = in.finish(); !good) return fail(good.error());
    out[pointer_field] = pointer;
    entries.push_back(std::move(out));
  }
  return entries;
}

std::string folded_field(const json& entry, const char* field) {
  return fold_case(entry.at(field).get<std::string>());
}

}  // namespace

std::span<const DeclarationSection> declaration_sections() {
  return sections;
}

Result<json> declaration_from_json(const json& document) {
  JsonReader in(document, "");
  in.integer("version", version, version);
  json declaration{{"version", version}};
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const json* const list = in.any(sections[i].name);
    if (list == nullptr) continue;
    auto section = read_section(*list, sections[i], *readers[i]);
    if (!section) return fail(std::move(section.error()));
    declaration[sections[i].name] = std::move(*section);
  }
  if (auto good = in.finish(); !good) return fail(good.error());
  sort_declaration(declaration);
  return declaration;
}

void sort_declaration(json& declaration) {
  const auto sort_objects = [](json& list, const char* field) {
    std::ranges::stable_sort(list.get_ref<json::array_t&>(), {},
                             [&](const json& each) { return folded_field(each, field); });
  };
  for (const DeclarationSection& section : sections) {
    const auto found = declaration.find(section.name);
    if (found == declaration.end()) continue;
    sort_objects(*found, section.key);
    for (json& entry : *found)
      for (const auto& [name, value] : entry.items()) {
        if (!value.is_array() || name == "certificates") continue;
        if (name == "members" && !value.empty() && value.front().is_object())
          sort_objects(value, "principal");
        else if (name == "keys")
          sort_objects(value, "fingerprint");
        else
          std::ranges::stable_sort(value.get_ref<json::array_t&>(), {}, [](const json& each) {
            return fold_case(each.get<std::string>());
          });
      }
  }
}

}  // namespace countersign
