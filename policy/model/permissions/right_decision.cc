#include "policy/model/permissions/right_decision.h"

#include <algorithm>

namespace countersign {
namespace {

using Kind = ChainLink::Kind;

std::string in_words(const std::vector<ChainLink>& chain) {
  std::string words;
  for (const ChainLink& each : chain)
    words += (words.empty() ? "" : ", ") + std::string(to_text(each.kind)) + " " + each.name;
  return words;
}

RightDecision allow(std::vector<ChainLink> chain) {
  std::string words = in_words(chain);
  return {true, std::move(chain), std::move(words)};
}

RightDecision allow_by(const HeldMembership& held) {
  std::vector<ChainLink> chain = held.through;
  const Layer layer = layer_of(held.role);
  std::string name = std::string(to_text(layer)) + " " + std::string(to_text(held.role));
  if (layer != Layer::product) name += " of " + held.object_name;
  chain.push_back({Kind::membership, std::move(name)});
  return allow(std::move(chain));
}

/// A role holds no more than its set does, even if the set was narrowed after the role was made.
const Permission* cap_of(const HeldString& held, const Permission& asked) {
  const auto found =
      std::ranges::find_if(held.cap, [&](const Permission& each) { return each.covers(asked); });
  return found == held.cap.end() ? nullptr : &*found;
}

RightDecision allow_by(const HeldString& held, const Permission& cap) {
  std::vector<ChainLink> chain = held.through;
  chain.push_back({Kind::role, held.role});
  chain.push_back({Kind::permission_set, held.permission_set + " (" + cap.text() + ")"});
  chain.push_back({Kind::string, held.string.text()});
  return allow(std::move(chain));
}

RightDecision deny(const Permission& asked, const HeldString* covering) {
  std::string reason = "nothing held gives " + asked.text();
  if (asked.entry().by_membership) {
    reason += ", which only membership gives";
    if (covering != nullptr)
      reason += ": the string " + covering->string.text() + " of the role " + covering->role +
                " does not";
  } else if (covering != nullptr) {
    reason += ": the string " + covering->string.text() + " of the role " + covering->role +
              " is outside the permission set " + covering->permission_set;
  }
  return {false, {}, std::move(reason)};
}

bool allows(const char* string, const HeldRights& held) {
  return decide_right({Permission::of(*find_entry(string)), std::nullopt}, held).allowed;
}

}  // namespace

RelevantRights relevant_to(const AskedRight& asked) {
  RelevantRights relevant;
  const CatalogueEntry& entry = asked.permission.entry();
  if (!entry.by_membership) relevant.strings = asked.permission.covering();
  relevant.memberships.push_back({Layer::product, 0});
  if (entry.level == Level::signer)
    relevant.memberships.push_back({Layer::signer, *asked.permission.object()});
  if (entry.level == Level::application)
    relevant.memberships.push_back({Layer::application, *asked.permission.object()});
  else if (asked.application)
    relevant.memberships.push_back({Layer::application, *asked.application});
  return relevant;
}

RightDecision decide_right(const AskedRight& asked, const HeldRights& held) {
  for (const HeldMembership& each : held.memberships)
    if (conveys(each.role, each.object, asked)) return allow_by(each);
  const HeldString* covering = nullptr;
  for (const HeldString& each : held.strings) {
    if (!each.string.covers(asked.permission)) continue;
    covering = &each;
    const Permission* const cap = cap_of(each, asked.permission);
    if (cap != nullptr && !asked.permission.entry().by_membership) return allow_by(each, *cap);
  }
  return deny(asked.permission, covering);
}

RequestExtent request_extent(const HeldRights& held) {
  if (allows("/workflows/instances/read/", held)) return {true, true, true};
  return {false, allows("/workflows/instances/read/mine/", held),
          allows("/workflows/instances/read/pending/", held)};
}

std::string_view to_text(ChainLink::Kind kind) {
  switch (kind) {
    case Kind::claim:
      return "claim";
    case Kind::group:
      return "group";
    case Kind::role:
      return "role";
    case Kind::permission_set:
      return "permission set";
    case Kind::string:
      return "string";
    case Kind::membership:
      return "membership";
  }
  return "";
}

}  // namespace countersign
