// The numbers by which permission strings name the sources of tokens' PINs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model/container.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class PinSourceTable {
 public:
  explicit PinSourceTable(soci::session& sql) : sql_(sql) {}

  /// Numbers those of `tokens` that have no number yet.
  void number(const std::vector<std::string>& tokens);
  /// By number or by the token's name; each one query, whether there is one or not.
  std::optional<PinSourceEntry> find(std::int64_t id);
  std::optional<PinSourceEntry> find(const std::string& token);
  std::vector<PinSourceEntry> list();
  void describe(std::int64_t id, const std::string& description);

 private:
  soci::session& sql_;
};

}  // namespace countersign
