// A metadata field with a definition of its own, by whose name signing policies can demand it.
#pragma once

#include <cstdint>
#include <string>

#include "policy/model/metadata_field.h"

namespace countersign {

using MetadataTypeId = std::int64_t;

struct MetadataType {
  MetadataTypeId id = 0;
  std::string description;
  MetadataField field;  ///< its name is the type's; who demands it says whether it is required
};

}  // namespace countersign
