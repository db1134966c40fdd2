// The operations of a plan that have no applier, because by themselves they are made at once.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/application.h"
#include "policy/model/collection.h"
#include "policy/model/container.h"
#include "policy/transaction.h"

namespace countersign {

/// What a step is about, found and visible, as the scope of its operation says.
struct StepObjects {
  const Signer* signer = nullptr;
  std::optional<Application> application{};
  std::optional<Container> container{};
  std::optional<PinSourceEntry> pin_source{};
  std::optional<Collection> collection{};
};

using StepMaker = Status (*)(Transaction& transaction, const Caller& caller,
                             const StepObjects& about, const nlohmann::json& arguments);

/// Null for an operation that is in no plan, or has an applier.
StepMaker maker_of(std::string_view operation);

}  // namespace countersign
