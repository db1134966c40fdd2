#include "policy/model/permissions/catalogue.h"

#include <algorithm>

#include "policy/model/permissions/catalogue_strings.h"

namespace countersign {
namespace {

using All = std::array<CatalogueEntry, shared_string_count + own_string_count>;

All put_together() {
  All all{};
  all.front() = own_strings().front();
  const auto own = std::ranges::copy(shared_strings(), all.begin() + 1).out;
  std::ranges::copy(own_strings().subspan<1>(), own);
  return all;
}

}  // namespace

std::span<const CatalogueEntry> catalogue() {
  static const All all = put_together();
  return all;
}

const CatalogueEntry* find_entry(std::string_view string) {
  const auto found = std::ranges::find(catalogue(), string, &CatalogueEntry::string);
  return found == catalogue().end() ? nullptr : &*found;
}

const OlderName* find_older_name(std::string_view name) {
  const auto found = std::ranges::find(older_names(), name, &OlderName::name);
  return found == older_names().end() ? nullptr : &*found;
}

std::vector<const OlderName*> older_names_of(const CatalogueEntry& entry) {
  std::vector<const OlderName*> names;
  for (const OlderName& each : older_names())
    if (std::ranges::find(each.strings, entry.string) != each.strings.end()) names.push_back(&each);
  return names;
}

std::vector<const Operation*> operations_behind(const CatalogueEntry& entry) {
  std::vector<const Operation*> behind;
  for (const Operation& each : operations())
    if (std::ranges::any_of(entries_asked_by(each), [&](const CatalogueEntry* asked) {
          return asked->string.starts_with(entry.string) &&
                 asked->by_membership == entry.by_membership;
        }))
      behind.push_back(&each);
  return behind;
}

std::vector<const CatalogueEntry*> entries_asked_by(const Operation& operation) {
  std::vector<const CatalogueEntry*> asked;
  for (const std::string_view each : operation.asks)
    if (!each.empty()) asked.push_back(find_entry(each));
  return asked;
}

std::string_view to_text(Level level) {
  switch (level) {
    case Level::global:
      return "global";
    case Level::collection:
      return "collection";
    case Level::container:
      return "container";
    case Level::provider:
      return "provider";
    case Level::signer:
      return "signer";
    case Level::application:
      return "application";
  }
  return "";
}

std::string_view to_text(Relation relation) {
  switch (relation) {
    case Relation::same:
      return "same";
    case Relation::narrower:
      return "narrower";
    case Relation::wider:
      return "wider";
    case Relation::shared:
      return "shared";
    case Relation::split:
      return "split";
  }
  return "";
}

}  // namespace countersign
