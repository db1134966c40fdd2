#include "policy/signers.h"

#include <algorithm>

#include "core/crypto.h"
#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/first_admin.h"
#include "policy/requests.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

Status check_certificate(const Certificate& leaf, const std::string& key_uri, const PublicKey& key,
                         Time now) {
  if (leaf.key != key)
    return fail(ErrorKind::invalid, "certificate_mismatch",
                "the first certificate is not that of the key on the token",
                "put the certificate that was issued for " + key_uri + " first in the file");
  if (now >= leaf.not_after)
    return fail(ErrorKind::invalid, "certificate_not_valid",
                "the certificate expired at " + to_rfc3339(leaf.not_after),
                "have it renewed first");
  return {};
}

std::vector<Bytes> ders_of(const std::vector<Certificate>& certificates) {
  std::vector<Bytes> ders;
  for (const Certificate& each : certificates) ders.push_back(each.der);
  return ders;
}

Status check_key_is_free(Transaction& transaction, const PublicKey& key) {
  for (const SignerId id : transaction.signers.list()) {
    const Signer* const other = transaction.signers.find(id);
    if (other->pinned == key)
      return fail(ErrorKind::conflict, "key_taken",
                  "the key belongs to signer " + other->name + " already",
                  "two policies over one key would let the weaker one rule; use another key");
  }
  return {};
}

}  // namespace

Result<std::vector<Account>> find_first_admins(Transaction& transaction,
                                               const std::vector<std::string>& names) {
  std::vector<Account> admins;
  for (const std::string& name : names) {
    auto admin = find_first_admin(transaction, name);
    if (!admin) return fail(admin.error());
    if (std::ranges::find(admins, admin->id, &Account::id) != admins.end())
      return fail(ErrorKind::invalid, "bad_admin", admin->name + " is named twice");
    admins.push_back(std::move(*admin));
  }
  if (admins.empty())
    return fail(ErrorKind::invalid, "bad_admin", "a signer has at least one admin",
                "name a person with --admin");
  return admins;
}

Status create_signer(Transaction& transaction, const Caller& caller, const NewSigner& wish,
                     const PublicKey& key) {
  if (auto good = check_name("signer name", wish.name); !good) return fail(good.error());
  if (transaction.signers.find(wish.name) != nullptr)
    return fail(ErrorKind::conflict, "name_taken",
                "there is a signer " + printable(wish.name) + " already", "choose another name");
  if (auto good = check_certificate(wish.certificates.front(), wish.key_uri, key, transaction.now);
      !good)
    return fail(good.error());
  if (auto good = check_key_is_free(transaction, key); !good) return fail(good.error());
  const auto admins = find_first_admins(transaction, wish.admins);
  if (!admins) return fail(admins.error());

  const SignerId id = transaction.signers.add(
      Signer{0, 0, wish.name, wish.token, wish.key_uri, key, ders_of(wish.certificates),
             wish.certificates.front().not_before, wish.certificates.front().not_after,
             SignerState::active, "", std::nullopt});
  std::string numbers;
  for (const Account& each : *admins) {
    transaction.members.set(id, each.id, LayeredRole::signer_admin);
    numbers += (numbers.empty() ? "" : ",") + std::to_string(each.id);
  }
  record_change(transaction, caller, "signer.create", id, std::nullopt,
                {{"name", wish.name},
                 {"hsm", wish.token},
                 {"key", wish.key_uri},
                 {"fingerprint", to_hex(key.fingerprint())},
                 {"admins", numbers}});
  return {};
}

Status change_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const SignerChange& wish) {
  if (signer.state == SignerState::retired)
    return fail(ErrorKind::conflict, "retired", signer.name + " is retired");
  if (wish.description)
    if (auto good = check_description(*wish.description); !good) return good;
  if (!wish.certificates.empty())
    if (auto good = check_certificate(wish.certificates.front(), signer.key_uri, signer.pinned,
                                      transaction.now);
        !good)
      return good;
  const SignerId id = signer.id;
  std::vector<std::pair<std::string, std::string>> said;
  if (wish.description) {
    transaction.signers.describe(id, *wish.description);
    said.emplace_back("description", *wish.description);
  }
  if (!wish.certificates.empty()) {
    const Certificate& leaf = wish.certificates.front();
    transaction.signers.set_certificates(id, ders_of(wish.certificates));
    said.emplace_back("certificate", to_hex(sha256(leaf.der)));
    said.emplace_back("until", to_rfc3339(leaf.not_after));
  }
  record_change(transaction, caller, "signer.change", id, std::nullopt, std::move(said));
  return {};
}

Status freeze_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return good;
  if (signer.state != SignerState::active)
    return fail(ErrorKind::conflict, "not_active",
                signer.name + " is " + std::string(to_text(signer.state)) + " already");
  const SignerId id = signer.id;
  transaction.signers.set_state(id, SignerState::frozen, reason);
  record_change(transaction, caller, "signer.freeze", id, std::nullopt, {{"reason", reason}});
  return {};
}

Status unfreeze_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                       const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return good;
  if (signer.state != SignerState::frozen)
    return fail(ErrorKind::conflict, "not_frozen", signer.name + " is not frozen");
  const SignerId id = signer.id;
  transaction.signers.set_state(id, SignerState::active, "");
  record_change(transaction, caller, "signer.unfreeze", id, std::nullopt,
                {{"reason", reason}, {"loosens", "true"}});
  return {};
}

Status retire_signer(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return good;
  if (signer.state == SignerState::retired)
    return fail(ErrorKind::conflict, "retired", signer.name + " is retired already");
  const SignerId id = signer.id;
  transaction.signers.set_state(id, SignerState::retired, reason);
  const std::string ended =
      end_open_requests(transaction, id, RequestAction::cancel, RequestAction::revoke);
  record_change(transaction, caller, "signer.retire", id, std::nullopt,
                {{"reason", reason}, {"ended", ended}});
  return {};
}

}  // namespace countersign
