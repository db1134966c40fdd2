// The roles of product, application and signer, and the rights that each is a bundle of: one table.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/model/permissions/permission.h"

namespace countersign {

/// What a layered role is held on.
enum class Layer { product, application, signer };

enum class LayeredRole {
  product_member,
  product_admin,
  application_auditor,
  application_operator,
  application_admin,
  signer_auditor,
  signer_operator,
  signer_admin
};

Layer layer_of(LayeredRole role);

/// The rights that `role` gives, as strings of the catalogue: a `#` is the object the role is held
/// on, and for the role of an application, in a signer's or container's string, each one that it
/// groups.
std::vector<std::string_view> bundle_of(LayeredRole role);

/// A right that is asked for, and what is known of its object.
struct AskedRight {
  Permission permission;
  std::optional<ObjectId> application;  ///< that groups the signer or container it is about
};

/// Whether `role`, held on `object` (anything on the product, which is one), gives what is asked.
bool conveys(LayeredRole role, ObjectId object, const AskedRight& asked);

/// "product", "application", "signer".
std::string_view to_text(Layer layer);
/// "member", "auditor", "operator", "admin": the role without its layer.
std::string_view to_text(LayeredRole role);
/// The role of that name in that layer.
std::optional<LayeredRole> layered_role_from_text(Layer layer, std::string_view text);

}  // namespace countersign
