// What a signing policy demands of every request: that it be bound to digests or to a network,
// and what it has to say about itself.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/model/metadata_field.h"

namespace countersign {

enum class DigestBinding {
  optional,  ///< a request may name the digests that may be signed under it
  required   ///< it has to
};

struct Demands {
  DigestBinding digests = DigestBinding::optional;
  bool network = false;  ///< a request has to name the networks that are signed from
  std::vector<MetadataField> metadata = {};  ///< up to 20, names distinct without regard to case

  bool operator==(const Demands&) const = default;
};

/// Whether a request's metadata are what the policy demands. What it does not ask for may be there,
/// up to 50 fields in all, each with a name (check_name) and a text (check_text). Errors:
/// `bad_metadata`, which names the field.
Status check_metadata(const Demands& demands, const std::map<std::string, std::string>& metadata);

/// Errors: `bad_field` with the JSON pointer.
Result<Demands> demands_from_json(const nlohmann::json& document, const std::string& pointer);
nlohmann::json to_json(const Demands& demands);

/// Whether `after` lets a request be made that `before` does not.
bool demand_less(const Demands& before, const Demands& after);

}  // namespace countersign
