// A document of the whole policy with something changed in it, for who tries to have it applied.
#pragma once

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace countersign::test {

/// `exported` with a member, a policy, a state, a group, a role's holders or a product role changed
/// at random; `principals` are whom it may name.
nlohmann::json any_document(nlohmann::json exported, std::mt19937_64& random,
                            const std::vector<std::string>& principals);

}  // namespace countersign::test
