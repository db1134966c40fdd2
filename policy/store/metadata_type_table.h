// Definitions of metadata fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model/metadata_type.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws, or std::runtime_error for a row that cannot be
/// read; PolicyStore::run() catches both.
class MetadataTypeTable {
 public:
  explicit MetadataTypeTable(soci::session& sql) : sql_(sql) {}

  /// The name must be free.
  MetadataTypeId add(const MetadataType& type);
  std::optional<MetadataType> find(const std::string& name);
  /// By number.
  std::vector<MetadataType> list();
  /// Stores everything but the name.
  void change(const MetadataType& type);
  void remove(MetadataTypeId id);

 private:
  soci::session& sql_;
};

}  // namespace countersign
