// A change of who may do what as a value: what it would do, and making it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/change.h"
#include "policy/transaction.h"

namespace countersign {

struct Proposal {
  Proposal(std::string name, const nlohmann::json& values, std::optional<SignerId> about = {},
           bool forced = false);

  std::string operation;           ///< one that has an applier
  std::string arguments;           ///< JSON: what its applier takes
  std::optional<SignerId> signer;  ///< that the operation is about
  bool force;                      ///< freezes a signer that the change would orphan
  ChangeId change = 0;             ///< under which it was consented to; 0: not yet
};

nlohmann::json arguments_of(const Proposal& proposal);

/// What a change would do, and whose consent it takes besides the caller's.
struct Evaluation {
  std::vector<ChangePart> parts;
  std::string effect;
  std::vector<AccountId> beneficiaries;
  std::vector<SignerId> to_freeze;
  std::vector<SignerId> signers;  ///< that it reaches
};

/// Makes the change on trial, compares, and takes it back. Errors: those of the applier;
/// `needs_second_admin`, `last_admin`, `step_unsatisfiable` as of submit().
Result<Evaluation> evaluate(Transaction& transaction, const Caller& caller,
                            const Proposal& proposal);

/// Makes the change for good, as it was evaluated in this very transaction, and with it what
/// follows from it. Errors: those of the applier, and then nothing was made.
Status make(Transaction& transaction, const Caller& caller, const Proposal& proposal,
            const Evaluation& evaluation);

}  // namespace countersign
