// A step of a signing policy: one question put to people.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
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
  /// The most that may have passed since who approves proved who he is; missing: it does not
  /// matter.
  std::optional<Milliseconds> token_younger_than = {};
  bool signed_approval = false;  ///< the approver signs the request's canonical form

  bool operator==(const ApprovalStep&) const = default;
};

/// Whether `approvers` has `name`: accounts and groups whatever their case, claims as they are.
bool names_approver(const std::vector<std::string>& approvers, const std::string& name);

/// A list of approvers, and whether a group or a claim is among them, which may stand for any
/// number of people.
struct ApproverList {
  std::vector<std::string> names;
  bool many = false;
};
/// Reads the field `name`, a list of 1 to 100 approvers that are all different.
ApproverList read_approvers(JsonReader& in, const char* name);

/// Reads the field `approvers` of a step or quorum, and `count` with it; refuses a count that they
/// cannot make up. A group or a claim may stand for any number of people.
void read_people(JsonReader& in, std::vector<std::string>& approvers, std::int64_t& count);

/// Reads the field `token_younger_than`, a duration of 1 minute to a day, and refuses what else
/// might be asked of a sign-in: client certificates come with no caller yet.
std::optional<Milliseconds> read_token_age(JsonReader& in);

/// Errors: `bad_field` with the JSON pointer.
Result<ApprovalStep> approval_step_from_json(const nlohmann::json& document,
                                             const std::string& pointer);
nlohmann::json to_json(const ApprovalStep& step);

/// Whether whoever completes `after` completes `before` as well.
bool is_as_strict(const ApprovalStep& before, const ApprovalStep& after);

}  // namespace countersign
