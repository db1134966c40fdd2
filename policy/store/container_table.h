// Containers, and the keys in them.
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
class ContainerTable {
 public:
  explicit ContainerTable(soci::session& sql) : sql_(sql) {}

  /// The name must be free.
  ContainerId add(const Container& container);
  /// By number or name; each one query, whether there is one or not.
  std::optional<Container> find(ContainerId id);
  std::optional<Container> find(const std::string& name);
  std::vector<Container> list();
  /// Those in the application, by number.
  std::vector<Container> of_application(ApplicationId application);
  /// Stores everything but the name.
  void change(const Container& container);
  /// Deletes it with its keys.
  void remove(ContainerId id);

  /// Those whose next check is due at `now`.
  std::vector<Container> due(Time now);
  /// When the next check of any is due.
  std::optional<Time> next_due();

  /// By number of the key.
  std::vector<ContainerKey> keys(ContainerId id);
  ContainerKeyId add_key(ContainerId id, const ContainerKey& key);
  void remove_key(ContainerKeyId key);
  void set_key_state(ContainerKeyId key, const std::string& state, Time checked);

 private:
  std::vector<Container> read(const std::string& where, std::int64_t wanted);
  soci::session& sql_;
};

}  // namespace countersign
