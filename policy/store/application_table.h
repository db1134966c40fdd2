// Applications, and who is a member of which.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/application.h"
#include "policy/model/permissions/layered_role.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class ApplicationTable {
 public:
  explicit ApplicationTable(soci::session& sql) : sql_(sql) {}

  /// The name must be free.
  ApplicationId add(const Application& application);
  /// By number or name; each one query, whether there is one or not.
  std::optional<Application> find(ApplicationId id);
  std::optional<Application> find(const std::string& name);
  std::vector<Application> list();
  void describe(ApplicationId id, const std::string& description);
  /// Ends all its memberships and deletes it; no signer may be in it any more.
  void remove(ApplicationId id);
  /// The signers in it, by number.
  std::vector<SignerId> signers(ApplicationId id);

  /// The role that the account or group holds itself.
  std::optional<LayeredRole> role(ApplicationId id, std::int64_t principal);
  void set_member(ApplicationId id, std::int64_t principal, LayeredRole role);
  void remove_member(ApplicationId id, std::int64_t principal);
  /// Ends every membership of the principal.
  void remove_everywhere(std::int64_t principal);
  /// Accounts and groups, by number.
  std::vector<std::pair<std::int64_t, LayeredRole>> members(ApplicationId id);
  /// The applications that the account or group is a member of itself, by number.
  std::vector<std::pair<ApplicationId, LayeredRole>> of_principal(std::int64_t principal);

 private:
  soci::session& sql_;
};

}  // namespace countersign
