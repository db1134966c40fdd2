#include "policy/access.h"

#include "core/text.h"

namespace countersign {
namespace {

constexpr const char* revision_key = "revision";

const Signer* find_signer(Transaction& transaction, const std::string& reference) {
  if (const auto id = whole_number(reference)) return transaction.signers.find(*id);
  return transaction.signers.find(reference);
}

}  // namespace

tl::unexpected<Error> no_such(const std::string& what) {
  return fail(ErrorKind::not_found, "not_found", "there is no such " + what,
              "check the name, and that you are a member");
}

bool may(Transaction& transaction, const Caller& caller, Right right, const Signer* signer) {
  if (caller.account.state != AccountState::active) return false;
  if (right == Right::own || conveys(caller.account.product_role, right)) return true;
  if (signer == nullptr) return false;
  const auto role = transaction.members.role(signer->id, caller.account.id);
  return role && conveys(*role, right);
}

Result<const Signer*> visible_signer(Transaction& transaction, const Caller& caller,
                                     const std::string& reference) {
  const Signer* const signer = find_signer(transaction, reference);
  if (signer == nullptr || !may(transaction, caller, Right::see, signer)) return no_such("signer");
  return signer;
}

Status authorise(Transaction& transaction, const Caller& caller, const Operation& operation,
                 const Signer* signer) {
  if (may(transaction, caller, operation.right, signer)) return {};
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
