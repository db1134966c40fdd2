// Collections of certificates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model/collection.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws, or std::runtime_error for a row that cannot be
/// read; PolicyStore::run() catches both.
class CollectionTable {
 public:
  explicit CollectionTable(soci::session& sql) : sql_(sql) {}

  /// The name must be free.
  CollectionId add(const Collection& collection);
  /// By number or name; each one query, whether there is one or not.
  std::optional<Collection> find(CollectionId id);
  std::optional<Collection> find(const std::string& name);
  /// By number.
  std::vector<Collection> list();
  /// Stores everything but the name.
  void change(const Collection& collection);
  void remove(CollectionId id);

 private:
  soci::session& sql_;
};

}  // namespace countersign
