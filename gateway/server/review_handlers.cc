#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "policy/access_review.h"
#include "policy/settings.h"

namespace countersign::server {

using nlohmann::json;

namespace {

constexpr std::size_t longest_entry = std::size_t{16} << 20;

/// Whether the name service has `name`; what it cannot say counts as had.
template <class Entry, class LookUp>
bool host_has(const std::string& name, LookUp look_up) {
  Entry entry{};
  Entry* found = nullptr;
  std::vector<char> buffer(65'536);
  while (true) {
    const int error = look_up(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error != ERANGE || buffer.size() >= longest_entry) return error != 0 || found != nullptr;
    buffer.resize(buffer.size() * 4);
  }
}

bool host_knows(const Claim& claim) {
  if (claim.type == ClaimType::user) return host_has<passwd>(claim.value, getpwnam_r);
  return host_has<group>(claim.value, getgrnam_r);
}

json review_json(const AccessReview& review) {
  json unused = json::array(), claims = json::array(), steps = json::array();
  for (const UnusedRight& each : review.unused)
    unused.push_back({{"account", each.account}, {"right", each.right}, {"through", each.through}});
  for (const UnbroughtClaim& each : review.claims)
    claims.push_back({{"claim", each.claim}, {"reason", each.reason}});
  for (const NarrowStep& each : review.steps)
    steps.push_back({{"signer", each.signer},
                     {"step", each.step},
                     {"needs", each.needs},
                     {"people", each.people}});
  return {{"unused", std::move(unused)},
          {"claims", std::move(claims)},
          {"steps", std::move(steps)},
          {"machines", review.machines}};
}

}  // namespace

Result<json> review_access_call(Call& call) {
  JsonReader in(call.query, "?");
  const auto otherwise = setting_in(call.transaction, setting::unused_after);
  const auto days = in.optional_integer("unused_days", 1, 3650)
                        .value_or(std::chrono::duration_cast<std::chrono::days>(otherwise).count());
  if (auto good = in.finish(); !good) return fail(good.error());
  json view = review_json(
      review_access(call.transaction, call.transaction.now - std::chrono::days(days), host_knows));
  view["unused_days"] = days;
  return view;
}

}  // namespace countersign::server
