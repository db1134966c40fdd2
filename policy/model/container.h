// A container: a group of keys on the gateway's tokens, each pinned, that are looked after
// together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "policy/model/ids.h"

namespace countersign {

using ContainerId = std::int64_t;
using ContainerKeyId = std::int64_t;

struct Container {
  ContainerId id = 0;
  std::string name;
  std::string description;
  std::optional<ApplicationId> application{};  ///< that groups it with signers
  Milliseconds every{};                        ///< between regular checks; 0: none are made
  std::optional<Time> due{};                   ///< of the next of them
};

/// What a key that is the pinned one is said to be; otherwise an error's code says why not.
inline constexpr const char* key_matches = "matches";

struct ContainerKey {
  ContainerKeyId id = 0;
  std::string token;  ///< name of the token in the gateway's config
  std::string uri;
  std::string fingerprint;  ///< hex, of the public key it was put in with
  std::string state;        ///< as last checked; "" before
  std::optional<Time> checked{};
};

/// Where a token's PIN comes from, numbered by the store; the rest is in the gateway's config.
struct PinSourceEntry {
  std::int64_t id = 0;
  std::string token;
  std::string description;
};

}  // namespace countersign
