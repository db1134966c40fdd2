// A collection: a search for certificates with a name, for which strings can be given.
#pragma once

#include <cstdint>
#include <string>

#include "policy/model/certificate_query.h"

namespace countersign {

using CollectionId = std::int64_t;

struct Collection {
  CollectionId id = 0;
  std::string name;
  std::string description;
  CertificateQuery query;
};

}  // namespace countersign
