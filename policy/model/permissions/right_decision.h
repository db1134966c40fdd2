// Whether a caller holds a right, and through what: roles with strings, and layered roles, in one
// pure function. Allow only, the union over everything held, denied by default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/model/permissions/layered_role.h"

namespace countersign {

/// One piece of what stands between an account and a right.
struct ChainLink {
  enum class Kind { claim, group, role, permission_set, string, membership };
  Kind kind;
  std::string name;

  bool operator==(const ChainLink&) const = default;
};

/// A string that a role of the caller's holds.
struct HeldString {
  std::vector<ChainLink> through;  ///< claims and groups by which the role is his; empty: himself
  std::string role;
  std::string permission_set;
  std::vector<Permission> cap;  ///< what the set holds
  Permission string;
};

/// A layered role of the caller's.
struct HeldMembership {
  std::vector<ChainLink> through;  ///< groups by which the role is his; empty: himself
  LayeredRole role;
  ObjectId object = 0;      ///< 0 on the product
  std::string object_name;  ///< for the chain; "" on the product
};

/// What a caller holds; what is in relevant_to() is enough.
struct HeldRights {
  std::vector<HeldString> strings;
  std::vector<HeldMembership> memberships;
};

/// All that a store need look for: nothing else held changes the answer. There are as many as the
/// string has segments, and a layer or two, however much the caller holds.
struct RelevantRights {
  struct On {
    Layer layer;
    ObjectId object;
  };
  std::vector<Permission> strings;  ///< of roles and of their sets; none when only membership gives
  std::vector<On> memberships;
};
RelevantRights relevant_to(const AskedRight& asked);

/// The answer. `chain` leads from the account to the right; empty when denied.
struct RightDecision {
  bool allowed = false;
  std::vector<ChainLink> chain;
  std::string reason;  ///< one line: the chain in words, or why not
};

RightDecision decide_right(const AskedRight& asked, const HeldRights& held);

/// How far the list of requests goes.
struct RequestExtent {
  bool all = false;
  bool mine = false;     ///< made by the caller
  bool pending = false;  ///< waiting for the caller's answer
};
RequestExtent request_extent(const HeldRights& held);

/// "claim", "group", "role", "permission set", "string", "membership".
std::string_view to_text(ChainLink::Kind kind);

}  // namespace countersign
