#include "policy/access.h"

#include <algorithm>

#include "core/text.h"

namespace countersign {
namespace {

constexpr const char* revision_key = "revision";

const Signer* find_signer(Transaction& transaction, const std::string& reference) {
  if (const auto id = whole_number(reference)) return transaction.signers.find(*id);
  return transaction.signers.find(reference);
}

/// Nothing where the right is one on a signer, and there is none.
std::optional<AskedRight> ask(std::string_view right, const Signer* signer) {
  const CatalogueEntry& entry = *find_entry(right);
  if (entry.level == Level::global) return AskedRight{Permission::of(entry), {}};
  if (signer == nullptr) return std::nullopt;
  return AskedRight{Permission::of(entry, signer->id), {}};
}

bool gives(const HeldRights& held, std::string_view right, const Signer* signer) {
  const auto asked = ask(right, signer);
  return asked && decide_right(*asked, held).allowed;
}

}  // namespace

tl::unexpected<Error> no_such(const std::string& what) {
  return fail(ErrorKind::not_found, "not_found", "there is no such " + what,
              "check the name, and that you are a member");
}

HeldRights held_rights(Transaction& transaction, const Account& account,
                       std::span<const std::string_view> rights, const Signer* signer) {
  RelevantRights all;
  for (const std::string_view right : rights) {
    const auto asked = right.empty() ? std::nullopt : ask(right, signer);
    if (!asked) continue;
    RelevantRights one = relevant_to(*asked);
    all.memberships.insert(all.memberships.end(), one.memberships.begin(), one.memberships.end());
    for (Permission& string : one.strings)
      if (std::ranges::find(all.strings, string) == all.strings.end())
        all.strings.push_back(std::move(string));
  }
  return transaction.rights.held_by(account.id, all);
}

RightDecision right_of(Transaction& transaction, const Account& account, const AskedRight& asked) {
  return decide_right(asked, transaction.rights.held_by(account.id, relevant_to(asked)));
}

bool may(Transaction& transaction, const Account& account, std::string_view right,
         const Signer* signer) {
  const auto asked = ask(right, signer);
  return account.state == AccountState::active && asked &&
         right_of(transaction, account, *asked).allowed;
}

Result<const Signer*> visible_signer(Transaction& transaction, const Caller& caller,
                                     const std::string& reference) {
  const Signer* const signer = find_signer(transaction, reference);
  if (signer == nullptr || !may(transaction, caller.account, right::see_signer, signer))
    return no_such("signer");
  return signer;
}

Result<Request> visible_request(Transaction& transaction, const Caller& caller,
                                const std::string& reference) {
  const auto number = whole_number(reference);
  const auto request = number ? transaction.requests.find(*number) : std::nullopt;
  if (!request) return no_such("request");
  const Signer* const signer = transaction.signers.find(request->signer);
  if (!may(transaction, caller.account, right::see_all_requests) &&
      !may(transaction, caller.account, right::see_signer, signer))
    return no_such("request");
  return *request;
}

Status authorise(Transaction& transaction, const Caller& caller, const Operation& operation,
                 const Signer* signer) {
  if (operation.scope == Scope::account || operation.name == "signature.create") return {};
  if (caller.account.state == AccountState::active) {
    const HeldRights held = held_rights(transaction, caller.account, operation.asks, signer);
    for (const std::string_view right : operation.asks)
      if (!right.empty() && gives(held, right, signer)) return {};
  }
  return fail(ErrorKind::denied, "not_allowed",
              "your role does not allow: " + std::string(operation.verb),
              signer == nullptr ? "ask a product admin" : "ask an admin of the signer");
}

void record_denial(Transaction& transaction, const Caller& caller, std::optional<SignerId> signer,
                   const std::string& operation, const std::string& code) {
  LogEntry entry;
  entry.kind = record_kind::denied;
  entry.account = caller.account.id;
  entry.signer = signer;
  entry.data = {{"operation", operation}, {"code", code}};
  entry.facts = caller.attested;
  record_refusal(transaction, std::move(entry), operation + " " + code);
}

void record_refusal(Transaction& transaction, LogEntry entry, const std::string& reason) {
  if (transaction.denials.is_first(entry, reason, transaction.now)) transaction.record(entry);
}

RecordNumber record_change(Transaction& transaction, const Caller& caller,
                           const std::string& operation, std::optional<SignerId> signer,
                           std::optional<RequestId> request,
                           std::vector<std::pair<std::string, std::string>> data) {
  LogEntry entry;
  entry.kind = record_kind::change;
  entry.account = caller.account.id;
  entry.signer = signer;
  entry.request = request;
  entry.data = std::move(data);
  entry.data.emplace_back("operation", operation);
  entry.facts = caller.attested;
  return record_change(transaction, entry);
}

RecordNumber record_change(Transaction& transaction, const LogEntry& entry) {
  const std::int64_t revision = std::stoll(transaction.meta.get(revision_key).value_or("0"));
  transaction.meta.set(revision_key, std::to_string(revision + 1));
  return transaction.record(entry);
}

}  // namespace countersign
