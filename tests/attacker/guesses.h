// What an attacker comes up with: names, targets and bodies of calls, at random.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "policy/model/operation.h"

namespace countersign::test {

using Names = std::vector<std::string>;

/// `login` is that of this process, which is known to the gateway without a token.
class Guesses {
 protected:
  Guesses(std::uint64_t seed, std::string login) : login_(std::move(login)), random_(seed) {}

  std::size_t upto(std::size_t most);
  const std::string& any(const Names& names);
  bool sometimes(std::size_t one_in);

  std::string anybody();
  std::string any_principal();
  nlohmann::json any_permissions();
  nlohmann::json any_policy();
  std::string any_key();
  /// A wish to sign.
  nlohmann::json signature();

  std::string target_of(const Operation& operation);
  /// Null for an operation that takes none.
  nlohmann::json body_of(const Operation& operation);

  const std::string login_;
  const Names honest_{"admin", "keeper", "mate", "approver", "second"};
  const Names puppets_{"outsider", "engineer", "puppet", "doll", "robot"};
  const Names groups_{"team", "inner", "outer"};
  const Names roles_{"root", "other", "third"};
  const Names claims_{"unix:user:" + login_, "unix:group:" + login_, "unix:group:staff"};
  std::mt19937_64 random_;

 private:
  std::string part(const std::string& name);
  nlohmann::json identity_body(const std::string& name);
  nlohmann::json thing_body(const std::string& name);
};

}  // namespace countersign::test
