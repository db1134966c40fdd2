#include "policy/change_people.h"

#include <set>

#include "policy/changes.h"
#include "policy/effects.h"

namespace countersign {
namespace {

/// The admins of an application, those in groups included.
std::set<PrincipalId> application_admins(Transaction& transaction, ApplicationId application) {
  std::vector<PrincipalId> admins;
  for (const auto& [principal, role] : transaction.applications.members(application))
    if (role == LayeredRole::application_admin) admins.push_back(principal);
  return transaction.acting.within(admins);
}

std::set<PrincipalId> people_of(Transaction& transaction, const ChangePart& part) {
  if (part.application != 0) return application_admins(transaction, part.application);
  const Standings standings = standings_of(transaction, {part.signer});
  const auto standing = standings.find(part.signer);
  if (standing == standings.end()) return {};
  return consenters_of(standing->second, part.consent).people;
}

}  // namespace

std::vector<AccountId> people_asked(Transaction& transaction, const ChangeRequest& change,
                                    const ChangePart& part) {
  std::vector<AccountId> asked;
  for (const PrincipalId id : people_of(transaction, part)) {
    const auto account = transaction.accounts.find(id);
    if (account && waits_for_consent(transaction, Caller{*account, {}}, change))
      asked.push_back(id);
  }
  return asked;
}

}  // namespace countersign
