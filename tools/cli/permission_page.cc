#include "tools/cli/permission_page.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.h"
#include "policy/model/permissions/layered_role.h"

namespace countersign {
namespace {

constexpr std::array object_roles{
    LayeredRole::application_auditor, LayeredRole::application_operator,
    LayeredRole::application_admin,   LayeredRole::signer_auditor,
    LayeredRole::signer_operator,     LayeredRole::signer_admin};

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

/// "security" of "/security/read/"; "" of the root.
std::string_view area_of(const CatalogueEntry& entry) {
  return entry.string.substr(1, entry.string.find('/', 1) - 1);
}

std::vector<std::string_view> areas() {
  std::vector<std::string_view> all;
  for (const CatalogueEntry& each : catalogue())
    if (!area_of(each).empty() && std::ranges::find(all, area_of(each)) == all.end())
      all.push_back(area_of(each));
  return all;
}

std::string names_of(const std::vector<const Operation*>& operations) {
  std::vector<std::string> names;
  for (const Operation* each : operations) names.push_back(code(each->name));
  return joined(names);
}

std::string row(const CatalogueEntry& entry) {
  std::vector<std::string> older;
  for (const OlderName* each : older_names_of(entry)) older.push_back(code(each->name));
  return "| " + code(entry.string) + " | " + std::string(to_text(entry.level)) + " | " +
         (entry.by_membership ? "membership" : "string") + " | " + joined(older) + " | " +
         names_of(operations_behind(entry)) + " | " + std::string(entry.description) + " |\n";
}

}  // namespace

std::string strings_page() {
  std::string page;
  for (const std::string_view area : areas()) {
    page += "### " + code("/" + std::string(area) + "/") +
            "\n\n| string | level | given by | older names | operations | what it lets do |\n"
            "| --- | --- | --- | --- | --- | --- |\n";
    for (const CatalogueEntry& each : catalogue())
      if (area_of(each) == area) page += row(each);
    page += "\n";
  }
  return page;
}

std::string coverage_page() {
  std::string page = "| area | strings | with operations |\n| --- | --- | --- |\n";
  for (const std::string_view area : areas()) {
    int strings = 0;
    int with_operations = 0;
    for (const CatalogueEntry& each : catalogue()) {
      if (area_of(each) != area) continue;
      ++strings;
      if (!operations_behind(each).empty()) ++with_operations;
    }
    page += "| " + code("/" + std::string(area) + "/") + " | " + std::to_string(strings) + " | " +
            std::to_string(with_operations) + " |\n";
  }
  return page;
}

std::string older_names_page() {
  std::string page =
      "| listed under | name | strings | relation | exception |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const OlderName& each : older_names()) {
    std::vector<std::string> strings;
    for (const std::string_view string : each.strings)
      if (!string.empty()) strings.push_back(code(string));
    page += "| " + std::string(each.section) + " | " + code(each.name) + " | " + joined(strings) +
            " | " + std::string(to_text(each.relation)) + " | " + std::string(each.exception) +
            " |\n";
  }
  return page;
}

std::string bundles_page() {
  std::string page = "| right |";
  std::string line = "\n| --- |";
  for (const LayeredRole role : object_roles) {
    page += " " + std::string(to_text(layer_of(role))) + " " + std::string(to_text(role)) + " |";
    line += " --- |";
  }
  page += line + "\n";
  for (const CatalogueEntry& each : catalogue()) {
    const bool given = std::ranges::any_of(object_roles, [&](LayeredRole role) {
      const auto bundle = bundle_of(role);
      return std::ranges::find(bundle, each.string) != bundle.end();
    });
    if (!given && each.level != Level::signer && each.level != Level::application) continue;
    page += "| " + code(each.string) + " |";
    for (const LayeredRole role : object_roles) {
      const auto bundle = bundle_of(role);
      page += std::ranges::find(bundle, each.string) == bundle.end() ? " no |" : " yes |";
    }
    page += "\n";
  }
  for (const LayeredRole role : {LayeredRole::product_admin, LayeredRole::product_member}) {
    std::vector<std::string> rights;
    for (const std::string_view right : bundle_of(role)) rights.push_back(code(right));
    page += "\nA product " + std::string(to_text(role)) + " holds " + joined(rights) + ".\n";
  }
  return page;
}

std::string operations_page() {
  std::string page = "| operation | verb | strings |\n| --- | --- | --- |\n";
  for (const Operation& each : operations()) {
    std::vector<std::string> strings;
    for (const CatalogueEntry* asked : entries_asked_by(each))
      strings.push_back(code(asked->string));
    page += "| " + code(each.name) + " | " + code(each.verb) + " | " +
            (strings.empty() ? "the account's own matter" : joined(strings)) + " |\n";
  }
  return page;
}

}  // namespace countersign
