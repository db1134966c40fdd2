#include "policy/approval_keys.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/request_form.h"

namespace countersign {
namespace {

constexpr std::ptrdiff_t most_keys = 20;

tl::unexpected<Error> bad_signature(const std::string& why) {
  return fail(ErrorKind::denied, "bad_signature",
              "the approval is not signed as it must be: " + why,
              "see your keys with: countersign approval-key list");
}

}  // namespace

Result<ApprovalKey> add_approval_key(Transaction& transaction, const Caller& caller,
                                     const std::string& label, ByteView public_key) {
  if (caller.account.kind != AccountKind::user)
    return fail(ErrorKind::denied, "not_a_person", "a machine approves nothing",
                "register the key of a person");
  if (auto good = check_text("the label", label); !good) return fail(good.error());
  auto key = PublicKey::from_der(public_key);
  if (!key) return fail(std::move(key.error()));
  const auto known = transaction.approval_keys.of(caller.account.id);
  const auto in_use = [](const ApprovalKey& each) { return !each.ended; };
  if (std::ranges::any_of(
          known, [&](const ApprovalKey& each) { return in_use(each) && each.key == *key; }))
    return fail(ErrorKind::conflict, "key_known", "this key is registered already");
  if (std::ranges::count_if(known, in_use) >= most_keys)
    return fail(ErrorKind::conflict, "too_many_keys",
                "you have " + std::to_string(most_keys) + " keys already",
                "remove one with: countersign approval-key remove N");
  ApprovalKey added{0, caller.account.id, label, std::move(*key), transaction.now};
  added.id = transaction.approval_keys.add(added);
  record_change(transaction, caller, "approval_key.add", std::nullopt, std::nullopt,
                {{"approval_key", std::to_string(added.id)},
                 {"label", label},
                 {"key_sha256", to_hex(added.key.fingerprint())}});
  return added;
}

Result<ApprovalKey> remove_approval_key(Transaction& transaction, const Caller& caller,
                                        std::int64_t id) {
  auto key = transaction.approval_keys.find(id);
  const bool any = may(transaction, caller, right::change_accounts);
  if (!key || (key->account != caller.account.id && !any)) return no_such("approval key");
  if (key->ended)
    return fail(ErrorKind::conflict, "already_removed",
                "approval key " + std::to_string(id) + " is removed already");
  transaction.approval_keys.end(id, transaction.now);
  key->ended = transaction.now;
  record_change(transaction, caller, "approval_key.remove", std::nullopt, std::nullopt,
                {{"approval_key", std::to_string(id)},
                 {"account", transaction.accounts.name_of(key->account)}});
  return std::move(*key);
}

Status check_approval_signature(Transaction& transaction, const Caller& caller,
                                const Request& request, const ApprovalStep& step, std::int64_t id,
                                const std::string& signature) {
  const auto key = transaction.approval_keys.find(id);
  if (!key || key->account != caller.account.id || key->ended)
    return bad_signature("you have no approval key " + std::to_string(id));
  // A key that came later could be of whoever got hold of the approver's token meanwhile.
  if (key->created >= request.created)
    return bad_signature("approval key " + std::to_string(id) +
                         " was registered after the request was made");
  const auto bytes = from_base64(signature);
  if (!bytes ||
      !key->key.verify_document(as_bytes(request_form(transaction, request, step)), *bytes))
    return bad_signature("the signature is not one of approval key " + std::to_string(id) +
                         " over the request's canonical form");
  return {};
}

}  // namespace countersign
