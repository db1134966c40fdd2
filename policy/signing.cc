#include "policy/signing.h"

#include <array>
#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "policy/access.h"
#include "policy/requests.h"

namespace countersign {
namespace {

/// As long as a caller may go on asking about one signature.
constexpr Milliseconds repeat_window = std::chrono::minutes(10);

tl::unexpected<Error> operation_ended(const std::string& why) {
  return fail(ErrorKind::conflict, "operation_ended", why, "draw a new operation id");
}

std::string_view to_text(SigningEnd end) {
  switch (end) {
    case SigningEnd::signed_:
      return "signed";
    case SigningEnd::failed:
      return "failed";
    case SigningEnd::not_signed:
      return "not_signed";
  }
  return "";
}

/// As requests are bound to it.
std::string digest_text(const SigningInput& input) {
  return to_hex(recorded_digest(input));
}

/// The input in one line, as the intent holds it and a repetition is compared with.
std::string describe(const SigningInput& input) {
  std::string text = countersign::to_text(input.algorithm);
  if (input.algorithm.scheme == Scheme::rsa_pss)
    text += ":mgf1-" + std::string(countersign::to_text(input.algorithm.mgf_hash)) + ":salt-" +
            std::to_string(input.algorithm.salt_length);
  return text + ":" + digest_text(input);
}

std::string data_of(const LogRecord& record, const char* name) {
  const auto body = nlohmann::json::parse(record.body, nullptr, false);
  if (!body.is_object()) return {};
  return body.value("data", nlohmann::json::object()).value(name, "");
}

/// The intent that this operation id already has, if it is for this very wish.
Result<std::optional<LogRecord>> earlier_intent(Transaction& transaction, const Caller& caller,
                                                const Signer& signer, const SigningWish& wish) {
  const auto intent = transaction.log.find(wish.operation, record_kind::intent);
  if (!intent) return std::optional<LogRecord>();
  if (intent->account != caller.account.id || intent->signer != signer.id ||
      data_of(*intent, "input") != describe(wish.input))
    return fail(ErrorKind::conflict, "operation_reused",
                "the operation id was used for another signature", "draw a new one");
  if (intent->time + repeat_window < transaction.now)
    return operation_ended("this operation began too long ago to be repeated");
  const auto outcome = transaction.log.find(wish.operation, record_kind::outcome);
  if (outcome && data_of(*outcome, "end") == to_text(SigningEnd::not_signed))
    return operation_ended("this operation ended without a signature");
  return intent;
}

/// A decision and the approval it would take from, as it stood.
struct Decided {
  Decision decision;
  std::optional<Request> approval;
};

/// The request that a denial will be about.
std::vector<Request> what_is_missing(Transaction& transaction, const Caller& caller,
                                     const Signer& signer, const SigningWish* wish) {
  const auto told = wish ? wish->waits_for : std::nullopt;
  auto latest = transaction.requests.latest(signer.id, caller.account.id, told);
  if (!latest) return {};
  return {std::move(*latest)};
}

/// What the decision looks at besides who holds what. `earlier`: the intent of this very operation,
/// which was counted then and goes on with what it took from.
DecisionFacts facts_for(Transaction& transaction, const Caller& caller, const Signer& signer,
                        const HeldRights& held, const SigningWish* wish, const LogRecord* earlier) {
  DecisionFacts facts{caller.account,
                      signer,
                      held,
                      transaction.signers.current_policy(signer),
                      wish ? std::optional(wish->input) : std::nullopt,
                      {},
                      earlier == nullptr ? std::nullopt : earlier->request,
                      transaction.now};
  facts.product_freezes = transaction.freezes.from(transaction.now);
  if (facts.policy == nullptr) return facts;
  if (earlier == nullptr)
    for (const Rate& rate : facts.policy->conditions.rates)
      facts.rates.push_back(
          {rate, transaction.rates.free_at(rate, signer.id, caller.account.id, transaction.now)});
  if (facts.already_taken) {
    if (auto request = transaction.requests.find(*facts.already_taken))
      facts.requests.push_back(std::move(*request));
  } else if (facts.policy->needs_approval()) {
    facts.requests = transaction.approvals.fitting(
        signer.id, caller.account.id, wish ? digest_text(wish->input) : "", transaction.now);
    if (facts.requests.empty()) facts.requests = what_is_missing(transaction, caller, signer, wish);
  }
  return facts;
}

HeldRights rights_to_sign(Transaction& transaction, const Caller& caller, const Signer& signer) {
  static constexpr std::array asked{right::see_signer, right::sign};
  return held_rights(transaction, caller, asked, &signer);
}

Decided decide_for(Transaction& transaction, const Caller& caller, const Signer& signer,
                   const SigningWish& wish, const LogRecord* earlier) {
  const HeldRights held = rights_to_sign(transaction, caller, signer);
  DecisionFacts facts = facts_for(transaction, caller, signer, held, &wish, earlier);
  Decided decided{decide(facts), std::nullopt};
  for (Request& request : facts.requests)
    if (decided.decision.allowed && request.id == decided.decision.request)
      decided.approval = std::move(request);
  return decided;
}

/// A signer without rates counts nothing.
void count_for_rates(Transaction& transaction, const Caller& caller, const Signer& signer) {
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  if (policy != nullptr && !policy->conditions.rates.empty())
    transaction.rates.count(signer.id, caller.account.id, transaction.now);
}

/// What the record of a wish and of its decision have in common.
LogEntry entry_of(std::string_view kind, const Caller& caller, const Signer& signer,
                  const SigningWish& wish, const Decision& decision) {
  LogEntry entry;
  entry.kind = kind;
  entry.account = caller.account.id;
  entry.signer = signer.id;
  entry.request = decision.request;
  entry.data = {{"input", describe(wish.input)}, {"rule", decision.rule}};
  entry.facts = caller.attested;
  entry.facts.insert(entry.facts.end(), wish.claimed.begin(), wish.claimed.end());
  return entry;
}

void record_denied_wish(Transaction& transaction, const Caller& caller, const Signer& signer,
                        const SigningWish& wish, const Decision& decision) {
  LogEntry entry = entry_of(record_kind::denied, caller, signer, wish, decision);
  entry.data.emplace_back("operation", "signature.create");
  entry.data.emplace_back("code", decision.code);
  record_refusal(transaction, entry, decision.code);
}

RecordNumber record_intent(Transaction& transaction, const Caller& caller, const Signer& signer,
                           const SigningWish& wish, const Decision& decision) {
  LogEntry entry = entry_of(record_kind::intent, caller, signer, wish, decision);
  entry.operation = wish.operation;
  entry.data.emplace_back("key", to_hex(signer.pinned.fingerprint()));
  entry.data.emplace_back("policy", std::to_string(signer.policy.value_or(0)));
  if (!decision.warning.empty()) entry.data.emplace_back("warning", decision.warning);
  return transaction.record(entry);
}

void take_one(Transaction& transaction, const Request& approval, const SigningInput& input) {
  const std::int64_t used = approval.used + 1;
  const RequestState state = used == approval.count
                                 ? *next_state(approval.state, RequestAction::take_last)
                                 : approval.state;
  transaction.approvals.set_used(approval, used, state);
  if (approval.bound) transaction.approvals.use_digest(approval.id, digest_text(input), 1);
}

void give_back(Transaction& transaction, RequestId id, const SigningInput& input) {
  const auto request = transaction.requests.find(id);
  if (!request || request->used == 0) return;
  // A request that was ended otherwise meanwhile keeps its state: giving back revives nothing.
  const auto state = next_state(request->state, RequestAction::give_back);
  transaction.approvals.set_used(*request, request->used - 1, state.value_or(request->state));
  if (request->bound) transaction.approvals.use_digest(id, digest_text(input), -1);
}

/// Codes of denials that an approval, and nothing else, would have prevented.
bool lacks_approval(const Decision& decision) {
  return decision.rule == "approval" && decision.code != "no_policy";
}

/// What the wish waits for in place of its denial; nothing when it is to be denied.
Result<std::optional<AwaitedRequest>> awaited(Transaction& transaction, const Caller& caller,
                                              const Signer& signer, const SigningWish& wish,
                                              Decision decision) {
  if (!lacks_approval(decision)) return std::nullopt;
  if (wish.waits_for) {
    const bool pending = decision.code == "approval_pending" && decision.request == wish.waits_for;
    if (!pending || transaction.now >= wish.waits_until) return std::nullopt;
    const auto request = transaction.requests.find(*wish.waits_for);
    return AwaitedRequest{request->id, request->open_until, decision.message};
  }
  if (!wish.files_request) return std::nullopt;
  NewRequest filing;
  filing.metadata = wish.metadata;
  filing.claimed = wish.claimed;
  const auto request =
      request_for_signature(transaction, caller, signer, digest_text(wish.input), filing);
  if (!request) return fail(request.error());
  AwaitedRequest filed{request->id, request->open_until,
                       "request " + std::to_string(request->id) + " waits for its approval"};
  // Who does not wait is refused, though with the number of what was filed.
  if (transaction.now >= wish.waits_until) {
    decision.request = request->id;
    record_denied_wish(transaction, caller, signer, wish, decision);
  }
  return filed;
}

}  // namespace

Result<SigningAnswer> grant_signature(Transaction& transaction, const Caller& caller,
                                      const Signer& signer, const SigningWish& wish) {
  const auto earlier = earlier_intent(transaction, caller, signer, wish);
  if (!earlier) return fail(earlier.error());
  const bool repeated = earlier->has_value();
  const auto [decision, approval] =
      decide_for(transaction, caller, signer, wish, repeated ? &**earlier : nullptr);
  if (!decision.allowed) {
    auto waits = repeated ? Result<std::optional<AwaitedRequest>>(std::nullopt)
                          : awaited(transaction, caller, signer, wish, decision);
    if (waits && *waits) return SigningAnswer(std::move(**waits));
    record_denied_wish(transaction, caller, signer, wish, decision);
    if (waits) return fail(ErrorKind::denied, decision.code, decision.message, decision.remedy);
    return fail(ErrorKind::denied, waits.error().code,
                decision.message + ", and none could be asked for: " + waits.error().message,
                waits.error().remedy);
  }
  SigningGrant grant{wish.operation, caller.account.id, signer.id,  signer.name, signer.token,
                     signer.key_uri, signer.pinned,     wish.input, 0,           decision.request,
                     repeated};
  grant.warning = decision.warning;
  if (repeated) {
    // Without this, an operation that needed no approval once could ride on one that is needed now.
    if (decision.request != (*earlier)->request)
      return operation_ended("the policy has changed since this operation began");
    grant.intent = (*earlier)->number;
    // A signature that was made but perhaps never arrived may be made again: the gateway may have
    // been killed between its outcome and its answer.
    const auto outcome = transaction.log.find(wish.operation, record_kind::outcome);
    grant.ended = outcome && data_of(*outcome, "end") != to_text(SigningEnd::signed_);
    return SigningAnswer(std::move(grant));
  }
  if (approval) take_one(transaction, *approval, wish.input);
  count_for_rates(transaction, caller, signer);
  grant.intent = record_intent(transaction, caller, signer, wish, decision);
  return SigningAnswer(std::move(grant));
}

void record_outcome(Transaction& transaction, const SigningGrant& grant, SigningEnd end,
                    const std::string& detail) {
  if (grant.repeated && end == SigningEnd::not_signed) return;
  const bool ended_before = transaction.log.find(grant.operation, record_kind::outcome).has_value();
  if (ended_before && !(grant.repeated && end == SigningEnd::signed_)) return;
  LogEntry entry;
  entry.kind = ended_before ? record_kind::signed_again : record_kind::outcome;
  entry.account = grant.account;
  entry.signer = grant.signer;
  entry.request = grant.request;
  if (!ended_before) entry.operation = grant.operation;  // which an outcome has to itself
  entry.data = {{"end", std::string(to_text(end))},
                {"intent", std::to_string(grant.intent)},
                {end == SigningEnd::signed_ ? "signature_sha256" : "failure", detail}};
  transaction.record(entry);
  if (end == SigningEnd::not_signed && grant.request)
    give_back(transaction, *grant.request, grant.input);
}

ExplainedSigning explain_signing(Transaction& transaction, const Caller& caller,
                                 const Signer& signer) {
  const HeldRights held = rights_to_sign(transaction, caller, signer);
  const DecisionFacts facts = facts_for(transaction, caller, signer, held, nullptr, nullptr);
  return {decide(facts), each_rule(facts)};
}

}  // namespace countersign
