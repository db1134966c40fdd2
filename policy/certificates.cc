#include "policy/certificates.h"

#include <algorithm>
#include <cstdint>

#include "core/certificate.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/collections.h"

namespace countersign {
namespace {

/// Whose certificates a caller may see.
struct Sight {
  bool all = false;
  std::vector<SignerId> signers;  ///< by number
  std::vector<Collection> collections;
};

Sight sight_of(Transaction& transaction, const Caller& caller) {
  Sight sight;
  const bool all = may(transaction, caller, right::see_all_certificates);
  sight.all = may(transaction, caller, right::export_all_certificates) || all;
  sight.signers = objects_with(transaction, caller, right::export_certificate);
  sight.collections = visible_collections(transaction, caller);
  return sight;
}

/// What has to be looked up for a search, because one of its conditions asks for it.
struct Asked {
  bool subject = false;
  bool application = false;

  void add(const CertificateQuery& query) {
    subject = subject || !query.subject.empty();
    application = application || !query.application.empty();
  }
};

Asked asked_by(const CertificateSearch& search, const Sight& sight) {
  Asked asked;
  asked.add(search.query);
  if (search.collection) asked.add(search.collection->query);
  if (!sight.all)
    for (const Collection& each : sight.collections) asked.add(each.query);
  return asked;
}

CertificateFacts facts_of(Transaction& transaction, const Signer& signer, const Asked& asked) {
  CertificateFacts facts{signer.name, "", "", signer.pinned.type(), signer.certificate_until};
  if (asked.subject)
    if (const auto leaf = certificate_from_der(signer.certificates.front()))
      facts.subject = leaf->subject_text;
  if (asked.application && signer.application)
    facts.application = transaction.applications.find(*signer.application)->name;
  return facts;
}

bool sees(const Sight& sight, const Signer& signer, const CertificateFacts& facts, Time now) {
  return sight.all || std::ranges::binary_search(sight.signers, signer.id) ||
         std::ranges::any_of(sight.collections, [&](const Collection& each) {
           return matches(each.query, facts, now);
         });
}

/// What the caller may know of the facts.
CertificateFacts known_to(Transaction& transaction, const Caller& caller, const Signer& signer,
                          CertificateFacts facts) {
  if (!facts.application.empty() &&
      !may(transaction, caller, right::see_application, on_application(*signer.application)))
    facts.application.clear();
  return facts;
}

}  // namespace

std::vector<SignerId> find_certificates(Transaction& transaction, const Caller& caller,
                                        const CertificateSearch& search) {
  const Sight sight = sight_of(transaction, caller);
  auto signers =
      sight.all || !sight.collections.empty() ? transaction.signers.list() : sight.signers;
  std::ranges::sort(signers);
  const Asked asked = asked_by(search, sight);
  std::vector<SignerId> found;
  for (const SignerId id : signers) {
    if (found.size() > search.limit) break;
    if (id <= search.after) continue;
    const Signer* const signer = transaction.signers.find(id);
    if (signer == nullptr) continue;
    const CertificateFacts facts = facts_of(transaction, *signer, asked);
    if (!sees(sight, *signer, facts, transaction.now)) continue;
    if (search.collection && !matches(search.collection->query, facts, transaction.now)) continue;
    if (matches(search.query, known_to(transaction, caller, *signer, facts), transaction.now))
      found.push_back(id);
  }
  return found;
}

Result<const Signer*> visible_certificate(Transaction& transaction, const Caller& caller,
                                          const std::string& reference) {
  const auto number = whole_number(reference);
  const auto place =
      number ? transaction.signers.locate(*number) : transaction.signers.locate(reference);
  const Sight sight = sight_of(transaction, caller);
  bool seen = place && (sight.all || std::ranges::binary_search(sight.signers, place->id));
  // Who sees some by what they are is asked for them all, whatever he asks for.
  if (!seen && !sight.collections.empty()) {
    const auto all = find_certificates(transaction, caller, {{}, {}, 0, SIZE_MAX - 1});
    seen = place && std::ranges::binary_search(all, place->id);
  }
  if (!seen) return no_such("certificate");
  return transaction.signers.find(place->id);
}

}  // namespace countersign
