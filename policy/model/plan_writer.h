// What the planners of a document's sections share: the differences that become steps.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/declaration_plan.h"

namespace countersign {

/// The text in that field; "" when there is none.
std::string text_in(const nlohmann::json& object, const char* field);
/// The list in that field; an empty one when there is none, or no object.
const nlohmann::json& list_in(const nlohmann::json* object, const char* field);
/// The entry of that key, without regard to case; null when there is none.
const nlohmann::json* find_entry_of(const nlohmann::json& list, const char* key,
                                    const nlohmann::json& wanted);
/// The texts of `from` that `other` has not, without regard to case.
std::vector<std::string> texts_beyond(const nlohmann::json& from, const nlohmann::json& other);

/// What is planned so far, and the entry that is looked at.
class PlanWriter {
 public:
  PlanWriter(const nlohmann::json& current, const nlohmann::json& wanted, std::string reason)
      : current_(current), wanted_(wanted), reason_(std::move(reason)) {}

  /// The plan when all was looked at. Errors: `bad_field`.
  Result<DeclarationPlan> take();

  using PlanEntry = void (*)(PlanWriter& plan, const nlohmann::json* is,
                             const nlohmann::json& wants);
  using EmptyEntry = void (*)(PlanWriter& plan, const nlohmann::json& is);
  /// What is wanted of a section, entry by entry: `plan_entry` gets what there is, null for
  /// nothing, and what is to be. Then, where the section is whole, the operation `ending`, which
  /// takes the entry's name as `part`, for each that is not wanted any more; `empty` takes out what
  /// has to go first.
  void each_of(const char* section, PlanEntry plan_entry, const char* ending = nullptr,
               const char* part = nullptr, EmptyEntry empty = nullptr);

  void step(const char* name, const nlohmann::json& arguments, const std::string& about);
  void leave_out(const std::string& reason) { plan_.left_out.push_back({pointer_, reason}); }

  /// Refuses the document: what it says of the entry, no operation changes.
  void refuse(const std::string& what, const std::string& remedy);
  /// Whether the field is as it is wanted; what is not, no operation changes.
  void check_same(const nlohmann::json* is, const nlohmann::json& wants, const char* field);
  static bool differs(const nlohmann::json* is, const nlohmann::json& wants, const char* field);
  /// Whether there is a description to set.
  static bool describes(const nlohmann::json* is, const nlohmann::json& wants);
  const std::string& reason() const { return reason_; }

 private:
  const nlohmann::json& current_;
  const nlohmann::json& wanted_;
  const std::string reason_;
  std::string pointer_;
  DeclarationPlan plan_;
  std::optional<Error> error_;
};

/// Providers, accounts, claims, groups, permission sets and roles.
void plan_people(PlanWriter& plan);
/// Containers, metadata types, signers, applications, collections, sources of PINs, settings and
/// freezes.
void plan_things(PlanWriter& plan);

}  // namespace countersign
