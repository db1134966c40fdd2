// Roles that other systems wrote: what is taken of one can stand in a role, whatever the rest is.
#include <nlohmann/json.hpp>

#include "gateway/client/wire.h"
#include "policy/model/permissions/exchanged_role.h"
#include "policy/model/permissions/role_strings.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = wire::parse_object(fuzz::text_of({data, size}));
  if (!document) return 0;
  const auto role = exchanged_role_from_json(*document, "");
  if (!role) return 0;
  fuzz::insist(role->claims.size() <= most_exchanged_claims, "more claims than are read");
  const Permission cap = *Permission::parse("/certificates/");
  for (const std::span<const Permission> limit :
       {std::span(&cap, 1), std::span<const Permission>()}) {
    std::vector<std::string> taken;
    for (const ImportedPermission& each : import_permissions(role->permissions, limit)) {
      fuzz::insist(each.string || each.refusal, "a permission that means nothing and is taken");
      if (!each.refusal) taken.push_back(each.string->text());
    }
    fuzz::insist(read_role_strings(taken, limit).has_value(), "what is taken makes no role");
  }
  return 0;
}
