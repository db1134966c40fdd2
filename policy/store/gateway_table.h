// The gateways that serve the store.
#pragma once

#include <optional>
#include <vector>

#include "policy/model/known_gateway.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class GatewayTable {
 public:
  explicit GatewayTable(soci::session& sql) : sql_(sql) {}

  /// The one of that name, shape, host and user.
  std::optional<KnownGateway> find(const KnownGateway& like);
  std::optional<KnownGateway> find(GatewayId id);
  /// By number.
  std::vector<KnownGateway> list();
  GatewayId add(const KnownGateway& gateway);
  /// Stores version and time of `gateway.id`.
  void touch(const KnownGateway& gateway);
  void remove(GatewayId id);

 private:
  soci::session& sql_;
};

}  // namespace countersign
