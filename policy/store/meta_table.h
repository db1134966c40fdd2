// Single values of the store: revision, time high-water, log head, settings.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace soci {
class session;
}

namespace countersign {

/// Grows with every change that record_change() records.
inline constexpr const char* revision_key = "revision";

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class MetaTable {
 public:
  explicit MetaTable(soci::session& sql);
  ~MetaTable();

  std::optional<std::string> get(const std::string& key);
  void set(const std::string& key, const std::string& value);
  void erase(const std::string& key);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
