// The layered roles and what each conveys, in one table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// The role of an account in the product as a whole.
enum class ProductRole { member, admin };

/// The role of an account on one signer.
enum class SignerRole { auditor, op, admin };

/// One thing a role lets its holder do.
enum class Right {
  own,  ///< what every signed-in account may do with what is its own
  manage_accounts,
  manage_tokens,  ///< the HSM side: list, retry
  create_signer,
  read_log,
  back_up,  ///< have the store copied
  see,      ///< the signer, its policy, requests, records, members
  export_certificate,
  sign,     ///< sign, and request to sign
  approve,  ///< answer a request where named in the step
  revoke,   ///< end an active request
  freeze,
  unfreeze,
  change_policy,
  change_members
};

/// Whether `role` on a signer conveys `right` on it.
bool conveys(SignerRole role, Right right);

/// Whether `role` in the product conveys `right`: on the product, or on every signer without
/// being a member of it.
bool conveys(ProductRole role, Right right);

/// "member", "admin".
std::string_view to_text(ProductRole role);
std::optional<ProductRole> product_role_from_text(std::string_view text);
/// "auditor", "operator", "admin".
std::string_view to_text(SignerRole role);
std::optional<SignerRole> signer_role_from_text(std::string_view text);

}  // namespace countersign
