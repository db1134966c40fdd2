// Which signature schemes and hashes a signing policy allows.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/algorithm.h"
#include "core/json_reader.h"

namespace countersign {

/// Fields of the policy's document itself: "algorithms", "hashes" and "weak_hashes".
struct AllowedAlgorithms {
  std::optional<std::vector<Scheme>> schemes = {};      ///< missing: whatever the key can
  std::optional<std::vector<Hash>> strong_hashes = {};  ///< missing: all of them
  std::vector<Hash> weak_hashes = {};                   ///< signed although collisions can be made

  bool operator==(const AllowedAlgorithms&) const = default;
  bool allows(Scheme scheme) const;
  /// Whether digests of `hash` may be signed: of the strong ones those that are named, or all, and
  /// of the weak ones those that are named. Of Hash::none it is for allows_size() to say.
  bool allows(Hash hash) const;
  /// Whether a digest of so many bytes may be signed whose hash is not told (raw ECDSA): that of
  /// some allowed hash, or any that is long enough for a strong one where no strong one is named.
  bool allows_size(std::size_t size) const;
};

/// Reads the three fields; refusals are kept in `in`.
AllowedAlgorithms read_algorithms(JsonReader& in);
void write_algorithms(const AllowedAlgorithms& algorithms, nlohmann::json& document);

/// Whether `after` allows what `before` does not.
bool allow_more(const AllowedAlgorithms& before, const AllowedAlgorithms& after);

}  // namespace countersign
