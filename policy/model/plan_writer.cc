#include "policy/model/plan_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "core/text.h"
#include "policy/model/declaration.h"
#include "policy/model/operation.h"

namespace countersign {

using nlohmann::json;

std::string text_in(const json& object, const char* field) {
  return object.value(field, std::string());
}

const json* find_entry_of(const json& list, const char* key, const json& wanted) {
  const std::string folded = fold_case(text_in(wanted, key));
  for (const json& each : list)
    if (fold_case(text_in(each, key)) == folded) return &each;
  return nullptr;
}

const json& list_in(const json* object, const char* field) {
  static const json none = json::array();
  if (object == nullptr) return none;
  const auto found = object->find(field);
  return found == object->end() ? none : *found;
}

std::vector<std::string> texts_beyond(const json& from, const json& other) {
  std::set<std::string> known;
  for (const json& each : other) known.insert(fold_case(each.get<std::string>()));
  std::vector<std::string> beyond;
  for (const json& each : from)
    if (!known.contains(fold_case(each.get<std::string>())))
      beyond.push_back(each.get<std::string>());
  return beyond;
}

Result<DeclarationPlan> PlanWriter::take() {
  if (error_) return fail(*error_);
  return std::move(plan_);
}

void PlanWriter::each_of(const char* section, PlanEntry plan_entry, const char* ending,
                         const char* part, EmptyEntry empty) {
  const auto list = wanted_.find(section);
  if (list == wanted_.end()) return;
  const auto row = std::ranges::find_if(declaration_sections(), [&](const auto& each) {
    return std::string_view(each.name) == section;
  });
  const json& there = current_.at(section);
  for (const json& wants : *list) {
    pointer_ = text_in(wants, pointer_field);
    plan_entry(*this, find_entry_of(there, row->key, wants), wants);
  }
  pointer_ = std::string("/") + section;
  if (!row->whole) return;
  for (const json& is : there) {
    if (find_entry_of(*list, row->key, is) != nullptr) continue;
    if (empty != nullptr) empty(*this, is);
    step(ending, {{part, is.at(row->key)}}, text_in(is, row->key));
  }
}

void PlanWriter::step(const char* name, const json& arguments, const std::string& about) {
  plan_.steps.push_back(
      {name, arguments.dump(), pointer_, std::string(operation(name).verb) + " " + about});
}

void PlanWriter::refuse(const std::string& what, const std::string& remedy) {
  if (!error_) error_ = Error{ErrorKind::invalid, "bad_field", pointer_ + what, remedy};
}

void PlanWriter::check_same(const json* is, const json& wants, const char* field) {
  if (is == nullptr || !wants.contains(field) || !is->contains(field)) return;
  if (is->at(field) != wants.at(field))
    refuse(std::string("/") + field + " differs from what is, and no operation changes it",
           "write it as export does");
}

bool PlanWriter::differs(const json* is, const json& wants, const char* field) {
  return is == nullptr || is->value(field, json()) != wants.value(field, json());
}

bool PlanWriter::describes(const json* is, const json& wants) {
  return is != nullptr ? differs(is, wants, "description") : !text_in(wants, "description").empty();
}

}  // namespace countersign
