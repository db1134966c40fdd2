// A gateway that serves the store, or served it: a daemon, or programs of one user with the gateway
// inside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace countersign {

using GatewayId = std::int64_t;

struct KnownGateway {
  GatewayId id = 0;
  std::string name;      ///< as in its configuration
  std::string shape;     ///< "daemon" or "embedded"
  std::string host;      ///< that it ran on
  std::int64_t uid = 0;  ///< of the user it ran as
  std::string version;
  Time since;  ///< when it was seen first
  Time seen;   ///< when it was seen last, some minutes more or less
};

inline constexpr std::string_view daemon_shape = "daemon";
inline constexpr std::string_view embedded_shape = "embedded";

}  // namespace countersign
