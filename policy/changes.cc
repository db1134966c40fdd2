#include "policy/changes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "policy/access.h"
#include "policy/approvals.h"
#include "policy/request_rules.h"
#include "policy/settings.h"

namespace countersign {
namespace {

constexpr std::size_t most_waiting = 50;
constexpr std::size_t page = 256;

Proposal proposal_of(const ChangeRequest& change) {
  auto stored = nlohmann::json::parse(change.arguments);
  Proposal proposal{change.operation, stored.at("arguments"), {}, stored.at("force").get<bool>()};
  if (const auto& signer = stored.at("signer"); !signer.is_null())
    proposal.signer = signer.get<SignerId>();
  proposal.change = change.id;
  return proposal;
}

void record(Transaction& transaction, const Caller& caller, const char* what,
            const ChangeRequest& change, std::vector<std::pair<std::string, std::string>> data) {
  data.emplace_back("change", std::to_string(change.id));
  data.emplace_back("of", change.operation);
  record_change(transaction, caller, what, proposal_of(change).signer, std::nullopt,
                std::move(data));
}

Status check_not_too_many(Transaction& transaction, const Caller& caller) {
  std::size_t waiting = 0;
  ChangeId after = 0;
  while (true) {
    const auto some = transaction.changes.list(ChangeState::pending, after, page);
    for (const ChangeRequest& each : some)
      if (each.requester == caller.account.id &&
          state_at(each, transaction.now) == ChangeState::pending)
        ++waiting;
    if (some.size() < page) break;
    after = some.back().id;
  }
  if (waiting < most_waiting) return {};
  return fail(ErrorKind::conflict, "too_many_changes",
              std::to_string(most_waiting) + " changes of yours wait for consent already",
              "withdraw one with: countersign change reject N");
}

/// Not who asked, nor through a machine; not who gains; a person, and an admin by now.
bool counts(Transaction& transaction, const ChangeRequest& change, const ChangePart& part,
            const Subject& subject) {
  const AccountId id = subject.account.id;
  const auto requester = transaction.accounts.find(change.requester);
  if (id == change.requester || requester->is_owned_by(id) ||
      transaction.accounts.owned_once(change.requester, id))
    return false;
  if (std::ranges::find(change.beneficiaries, id) != change.beneficiaries.end()) return false;
  if (part.application != 0)
    return subject.account.kind == AccountKind::user &&
           may(transaction, subject, right::change_application_members,
               on_application(part.application));
  return may_consent(transaction, subject, part.signer, part.consent);
}

bool is_complete(Transaction& transaction, const ChangeRequest& change) {
  return std::ranges::all_of(change.parts, [&](const ChangePart& part) {
    return consents_given(transaction, change, part) >= part.needs;
  });
}

/// What the operation is about.
RightObjects rights_on(Transaction& transaction, const Proposal& proposal) {
  if (proposal.signer) return transaction.signers.find(*proposal.signer);
  if (operation(proposal.operation).scope == Scope::application)
    return on_application(arguments_of(proposal).at("application").get<ApplicationId>());
  return {};
}

/// Why the change cannot be made as it was consented to; empty when it was made.
std::string make_consented(Transaction& transaction, const ChangeRequest& change) {
  const auto account = transaction.accounts.find(change.requester);
  if (account->state != AccountState::active)
    return "who asked is " + std::string(to_text(account->state));
  const Caller requester{*account, {}, transaction.claims.still_there(change.claims)};
  const Proposal proposal = proposal_of(change);
  if (!authorise(transaction, requester, operation(change.operation),
                 rights_on(transaction, proposal)))
    return "who asked may not ask for it any more";
  const auto again = evaluate(transaction, requester, proposal);
  if (!again) return again.error().message;
  if (again->parts != change.parts || again->effect != change.effect ||
      again->beneficiaries != change.beneficiaries)
    return "it would do something else by now";
  if (auto made = make(transaction, requester, proposal, *again); !made)
    return made.error().message;
  return "";
}

Status check_may_answer(Transaction& transaction, const Caller& caller, const ChangeRequest& change,
                        bool consents) {
  const std::string number = std::to_string(change.id);
  if (change.requester == caller.account.id) {
    if (!consents) return {};
    return fail(ErrorKind::denied, "own_change", "change " + number + " is your own",
                "somebody else must consent to it");
  }
  if (std::ranges::none_of(change.parts, [&](const ChangePart& part) {
        return counts(transaction, change, part, caller);
      }))
    return fail(ErrorKind::denied, "not_an_approver",
                "change " + number + " does not ask for your consent",
                "see: countersign change show " + number);
  for (const ChangeAnswer& each : transaction.changes.answers(change.id))
    if (each.account == caller.account.id)
      return fail(ErrorKind::conflict, "answered_already",
                  "you have answered change " + number + " already");
  return {};
}

}  // namespace

Result<Submitted> submit(Transaction& transaction, const Caller& caller, const Proposal& proposal) {
  const auto evaluation = evaluate(transaction, caller, proposal);
  if (!evaluation) return fail(evaluation.error());
  if (evaluation->parts.empty()) {
    if (auto made = make(transaction, caller, proposal, *evaluation); !made)
      return fail(made.error());
    return Submitted{};
  }
  if (auto good = check_not_too_many(transaction, caller); !good) return fail(good.error());
  ChangeRequest change;
  change.operation = proposal.operation;
  change.arguments =
      nlohmann::json{{"arguments", arguments_of(proposal)},
                     {"force", proposal.force},
                     {"signer", proposal.signer ? nlohmann::json(*proposal.signer) : nullptr}}
          .dump();
  change.requester = caller.account.id;
  change.claims = caller.claims;
  change.effect = evaluation->effect;
  change.parts = evaluation->parts;
  change.beneficiaries = evaluation->beneficiaries;
  change.created = transaction.now;
  change.open_until = transaction.now + setting_in(transaction, setting::change_lifetime);
  change.id = transaction.changes.add(change);
  record(transaction, caller, "change.propose", change, {{"effect", change.effect}});
  return Submitted{change.id};
}

Result<ChangeRequest> answer_change(Transaction& transaction, const Caller& caller, ChangeId id,
                                    bool consents, const std::string& comment) {
  const auto change = transaction.changes.find(id);
  if (!may_see(transaction, caller, change.value_or(ChangeRequest{})) || !change)
    return no_such("change");
  const ChangeState state = state_at(*change, transaction.now);
  if (state != ChangeState::pending)
    return fail(ErrorKind::conflict, "not_pending",
                "change " + std::to_string(id) + " is " + std::string(to_text(state)));
  if (auto good = check_may_answer(transaction, caller, *change, consents); !good)
    return fail(good.error());
  if (auto good = check_comment(comment, !consents); !good) return fail(good.error());
  transaction.changes.add_answer(
      id, {caller.account.id, caller.claims, consents, comment, transaction.now});
  if (!consents) {
    const bool own = change->requester == caller.account.id;
    transaction.changes.set_state(id, own ? ChangeState::cancelled : ChangeState::rejected, "");
  } else if (is_complete(transaction, *change)) {
    const std::string why = make_consented(transaction, *change);
    transaction.changes.set_state(id, why.empty() ? ChangeState::applied : ChangeState::stale, why);
  }
  auto answered = transaction.changes.find(id);
  record(transaction, caller, consents ? "change.consent" : "change.reject", *answered,
         {{"state", std::string(to_text(answered->state))}, {"comment", comment}});
  return std::move(*answered);
}

bool waits_for_consent(Transaction& transaction, const Caller& caller,
                       const ChangeRequest& change) {
  return state_at(change, transaction.now) == ChangeState::pending &&
         change.requester != caller.account.id && may_see(transaction, caller, change) &&
         check_may_answer(transaction, caller, change, true);
}

/// By the same queries whatever the change is, for one that does not exist is asked about as well.
bool may_see(Transaction& transaction, const Caller& caller, const ChangeRequest& change) {
  const bool sees_product = may(transaction, caller, right::see_accounts);
  const bool sees_all = may(transaction, caller, right::see_all_signers);
  const auto seen = objects_with(transaction, caller, right::see_signer);
  const bool sees_applications = may(transaction, caller, right::see_all_applications);
  const auto seen_applications = objects_with(transaction, caller, right::see_application);
  if (change.requester == caller.account.id) return true;
  return std::ranges::any_of(change.parts, [&](const ChangePart& part) {
    if (part.application != 0)
      return sees_applications || std::ranges::binary_search(seen_applications, part.application);
    if (part.signer == 0) return sees_product;
    return sees_all || std::ranges::binary_search(seen, part.signer);
  });
}

std::int64_t consents_given(Transaction& transaction, const ChangeRequest& change,
                            const ChangePart& part) {
  const auto answers = transaction.changes.answers(change.id);
  return std::ranges::count_if(answers, [&](const ChangeAnswer& answer) {
    const auto account = transaction.accounts.find(answer.account);
    const auto claims = transaction.claims.still_there(answer.claims);
    return answer.consents && counts(transaction, change, part, Subject(*account, claims));
  });
}

}  // namespace countersign
