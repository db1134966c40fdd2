// A role in the JSON that systems with the same permission strings exchange: how it is read, and
// which of its permissions can be taken.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/model/permissions/permission.h"

namespace countersign {

/// Most claims of one exchanged role.
inline constexpr std::size_t most_exchanged_claims = 500;

/// An identity that holds the role there.
struct ExchangedClaim {
  std::string type;      ///< as one of claim_type()'s results, or as it is written
  std::string value;     ///< a login name, say
  std::string provider;  ///< scheme or display name; "" where none is named
};

struct ExchangedRole {
  std::string name;
  std::string description;
  std::optional<std::string> permission_set;
  std::vector<std::string> permissions;  ///< of the catalogue, or older names
  std::vector<ExchangedClaim> claims;
  std::vector<std::string> ignored;  ///< fields of the document that mean nothing here
};

/// Reads `document`, in which fields are named without regard to case: Name, Description,
/// PermissionSet or PermissionSetId, Permissions, Claims. What there is besides is ignored and
/// named, but for a field that stands there twice. Errors: `bad_field`, with the JSON pointer below
/// `pointer`; `too_many_permissions`, `too_many_claims`.
Result<ExchangedRole> exchanged_role_from_json(const nlohmann::json& document,
                                               const std::string& pointer);

/// "user", "group", "computer", "oauth_oid", "oauth_role", "oauth_subject" or "oauth_client_id",
/// for a type written in any case, with spaces or underscores or without.
std::optional<std::string> claim_type(std::string_view text);

/// What becomes of one permission of an exchanged role; of an older name, one for each string.
struct ImportedPermission {
  std::string given;                 ///< as it stood there
  std::optional<Permission> string;  ///< what it means; none where it means nothing
  std::optional<Error> refusal;      ///< why it is not taken; none when it is
  std::string note;                  ///< how the string differs from the older name; "" if not
};

/// Sorts out what a role below `cap` may hold: every other of the codes of read_role_strings() is
/// the refusal of one permission. In the order given.
std::vector<ImportedPermission> import_permissions(std::span<const std::string> given,
                                                   std::span<const Permission> cap);

}  // namespace countersign
