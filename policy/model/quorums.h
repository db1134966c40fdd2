// Whose consent changes of a signer take, as far as its signing policy says so itself.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace countersign {

/// What is done to a signer. To use it takes the policy's steps.
enum class ConsentFor { freeze, unfreeze, modify, members };
inline constexpr std::array consent_kinds{ConsentFor::freeze, ConsentFor::unfreeze,
                                          ConsentFor::modify, ConsentFor::members};

/// So many distinct people of these, who asks included where he is one.
struct SignerQuorum {
  std::vector<std::string> approvers = {};  ///< as in a step; empty: the signer's admins
  std::int64_t count = 1;

  bool operator==(const SignerQuorum&) const = default;
};

/// What is missing takes what it takes without a policy: one person to freeze; for the others one
/// admin, and two as soon as there were two of them.
struct Quorums {
  std::array<std::optional<SignerQuorum>, consent_kinds.size()> by_kind = {};

  bool operator==(const Quorums&) const = default;
  const std::optional<SignerQuorum>& of(ConsentFor kind) const {
    return by_kind.at(static_cast<std::size_t>(kind));
  }
};

/// "freeze", "unfreeze", "modify", "members".
std::string_view to_text(ConsentFor kind);
std::optional<ConsentFor> consent_kind_from_text(std::string_view text);

/// Errors: `bad_field` with the JSON pointer.
Result<Quorums> quorums_from_json(const nlohmann::json& document, const std::string& pointer);
nlohmann::json to_json(const Quorums& quorums);

/// Whether `after` may be content with people that `before` is not content with, or makes freezing
/// harder. What it takes without a quorum is not known here, so to set one anew loosens unless it
/// is of the admins and of two or more.
bool ask_less(const Quorums& before, const Quorums& after);

}  // namespace countersign
