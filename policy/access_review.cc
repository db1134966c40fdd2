#include "policy/access_review.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "policy/access.h"
#include "policy/effects.h"

namespace countersign {
namespace {

/// What was done since a moment, to be asked in several ways.
class Deeds {
 public:
  Deeds(Transaction& transaction, Time since) {
    for (const LogTable::Deed& each : transaction.log.deeds_since(since)) {
      done_.insert({each.account, each.signer, each.operation});
      by_.insert(each.account);
      on_.insert({each.account, each.signer});
      given_.insert({each.operation, each.signer != 0 ? each.signer : each.what, each.whom});
      if (each.operation != "group.add") continue;
      const auto within = transaction.acting.within({each.whom});
      grouped_.insert(within.begin(), within.end());
    }
  }

  bool any_by(AccountId account) const { return by_.contains(account); }
  bool any_on(AccountId account, SignerId signer) const { return on_.contains({account, signer}); }
  bool any_of(AccountId account, const Operation& operation, std::optional<SignerId> signer) const {
    const auto first = done_.lower_bound({account, signer.value_or(0), ""});
    return std::any_of(first, done_.end(), [&](const auto& deed) {
      return std::get<0>(deed) == account && std::get<2>(deed) == operation.name &&
             (!signer || std::get<1>(deed) == *signer);
    });
  }
  bool was(const char* operation, std::int64_t on, PrincipalId whom) const {
    return given_.contains({operation, on, whom});
  }
  /// Whether the account was made, let in again, or came into a group.
  bool is_new(AccountId account) const {
    return was("account.create", 0, account) || was("account.enable", 0, account) ||
           grouped_.contains(account);
  }

 private:
  std::set<std::tuple<AccountId, SignerId, std::string>> done_;
  std::set<AccountId> by_;
  std::set<std::pair<AccountId, SignerId>> on_;
  std::set<std::tuple<std::string, std::int64_t, PrincipalId>> given_;
  std::set<PrincipalId> grouped_;
};

class Review {
 public:
  Review(Transaction& transaction, Time since) : in_(transaction), deeds_(transaction, since) {}

  void look_at_roles() {
    for (const Role& role : in_.roles.roles()) {
      if (deeds_.was("role.create", role.id, 0) || deeds_.was("role.change", role.id, 0)) continue;
      for (const PrincipalId holder : in_.roles.holders(role.id))
        if (!deeds_.was("role.grant", role.id, holder)) look_at(role, holder);
    }
  }

  void look_at_product() {
    for (const auto& [way, role] : in_.acting.on_product()) {
      const auto account = acts_as_itself(way);
      if (!account || deeds_.is_new(way.as) || deeds_.any_by(way.as)) continue;
      add(*account, "product admin", HeldRights{{}, {{{}, LayeredRole::product_admin, 0, ""}}},
          right::change_accounts, {});
    }
  }

  void look_at(const Signer& signer) {
    const Acting acting = in_.acting.on_signer(signer.id);
    for (const auto& [way, role] : acting) look_at(signer, way, role);
    const SigningPolicy* const policy = in_.signers.current_policy(signer);
    if (policy == nullptr || signer.state == SignerState::retired) return;
    for (const ApprovalStep& step : policy->steps) {
      const auto people = people_among(in_, acting, named_in(in_, step));
      if (people && *people <= step.count + 1)
        found_.steps.push_back({signer.name, step.name, step.count, *people});
    }
  }

  void look_at_claims(const std::function<bool(const Claim&)>& host_knows) {
    for (const Claim& each : in_.claims.list()) {
      const std::string reason = why_not_brought(each, host_knows);
      if (!reason.empty()) found_.claims.push_back({text_of(each), reason});
    }
  }

  void look_at_machines() {
    for (const Account& each : in_.accounts.list()) {
      const bool owned = std::ranges::any_of(each.owners, [&](AccountId id) {
        const auto owner = in_.accounts.find(id);
        return owner && owner->state == AccountState::active;
      });
      if (each.kind == AccountKind::machine && !owned) found_.machines.push_back(each.name);
    }
  }

  AccessReview take() { return std::move(found_); }

 private:
  std::optional<Account> acts_as_itself(const Way& way) {
    if (way.actor != way.as) return std::nullopt;
    return in_.accounts.find(way.as);
  }

  void add(const Account& account, std::string right, const HeldRights& held,
           std::string_view entry, std::optional<ObjectId> object) {
    const RightDecision decision =
        decide_right({Permission::of(*find_entry(entry), object), {}}, held);
    found_.unused.push_back({account.name, std::move(right), decision.reason});
  }

  void look_at(const Role& role, PrincipalId holder) {
    const auto set = in_.roles.find_set(role.permission_set);
    for (const PrincipalId id : in_.acting.within({holder})) {
      const auto account = in_.accounts.find(id);
      if (!account || deeds_.is_new(id)) continue;
      for (const Permission& string : role.strings)
        if (is_unused(id, string))
          found_.unused.push_back(
              {account->name, string.text(),
               decide_right(
                   {string, {}},
                   {{{through(id, holder), role.name, set->name, set->strings, string}}, {}})
                   .reason});
    }
  }

  std::vector<ChainLink> through(AccountId account, PrincipalId holder) {
    if (account == holder) return {};
    return {{ChainLink::Kind::group, in_.groups.find(holder)->name}};
  }

  /// Whether it lets something be done that is recorded, and none of it was.
  bool is_unused(AccountId account, const Permission& string) {
    const bool of_signer = string.object() && string.entry().level == Level::signer;
    bool recorded = false;
    for (const Operation* const each : operations_behind(string.entry())) {
      if (!each->writes) continue;
      recorded = true;
      if (deeds_.any_of(account, *each, of_signer ? string.object() : std::nullopt)) return false;
    }
    return recorded;
  }

  void look_at(const Signer& signer, const Way& way, LayeredRole role) {
    const auto account = acts_as_itself(way);
    if (!account || role == LayeredRole::signer_auditor || deeds_.is_new(way.as) ||
        deeds_.any_on(way.as, signer.id) || deeds_.was("signer.create", signer.id, 0))
      return;
    for (const auto& [member, given] : in_.members.of_signer(signer.id)) {
      if (given != role || !in_.acting.within({member}).contains(way.as)) continue;
      if (deeds_.was("member.add", signer.id, member)) continue;
      add(*account, "signer " + std::string(to_text(role)) + " of " + signer.name,
          {{}, {{through(way.as, member), role, signer.id, signer.name}}}, right::sign, signer.id);
    }
  }

  /// "" when somebody may bring it.
  static std::string why_not_brought(const Claim& claim,
                                     const std::function<bool(const Claim&)>& host_knows) {
    if (claim.provider != unix_provider) return "no caller is known by " + claim.scheme;
    if (claim.type != ClaimType::user && claim.type != ClaimType::group)
      return "this host says nothing of that type";
    if (host_knows(claim)) return "";
    return "this host has no " + std::string(to_text(claim.type)) + " of that name";
  }

  Transaction& in_;
  Deeds deeds_;
  AccessReview found_;
};

}  // namespace

AccessReview review_access(Transaction& transaction, Time since,
                           const std::function<bool(const Claim&)>& host_knows) {
  Review review(transaction, since);
  review.look_at_product();
  review.look_at_roles();
  for (const SignerId id : transaction.signers.list())
    review.look_at(*transaction.signers.find(id));
  review.look_at_claims(host_knows);
  review.look_at_machines();
  return review.take();
}

}  // namespace countersign
