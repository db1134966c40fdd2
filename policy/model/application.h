// An application: a group of signers that share the members who look after their certificates.
#pragma once

#include <string>

#include "policy/model/ids.h"

namespace countersign {

struct Application {
  ApplicationId id = 0;
  std::string name;
  std::string description;
};

}  // namespace countersign
