// A step of a signing policy: one question put to people.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "core/result.h"

namespace countersign {

/// The most approvers that one list names.
inline constexpr std::size_t most_approvers = 100;

/// So many of these must say yes.
struct ApprovalStep {
  std::string name;
  /// Names of accounts, "group:NAME", or claims "scheme:type:value"; distinct.
  std::vector<std::string> approvers;
  std::int64_t count = 1;  ///< how many distinct people

  bool operator==(const ApprovalStep&) const = default;
};

/// Whether `approvers` has `name`: accounts and groups whatever their case, claims as they are.
bool names_approver(const std::vector<std::string>& approvers, const std::string& name);

/// Reads the field `approvers` of a step or quorum, and `count` with it; refuses a count that they
/// cannot make up. A group or a claim may stand for any number of people.
void read_people(JsonReader& in, std::vector<std::string>& approvers, std::int64_t& count);

/// Errors: `bad_field` with the JSON pointer.
Result<ApprovalStep> approval_step_from_json(const nlohmann::json& document,
                                             const std::string& pointer);
nlohmann::json to_json(const ApprovalStep& step);

/// Whether whoever completes `after` completes `before` as well.
bool is_as_strict(const ApprovalStep& before, const ApprovalStep& after);

}  // namespace countersign
