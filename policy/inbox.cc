#include "policy/inbox.h"

#include <utility>

#include "policy/approvals.h"
#include "policy/break_glass.h"
#include "policy/changes.h"
#include "policy/visible_requests.h"

namespace countersign {
namespace {

constexpr std::size_t most_items = 1000;
constexpr std::size_t page = 256;

}  // namespace

Inbox inbox_of(Transaction& transaction, const Caller& caller) {
  Inbox inbox;
  for (const RequestId id : requests_naming(transaction, caller)) {
    auto request = transaction.requests.find(id);
    if (request && waits_for(transaction, caller, *request))
      inbox.to_answer.push_back(std::move(*request));
    if (inbox.to_answer.size() == most_items) break;
  }
  for (Request& each : transaction.requests.to_review())
    if (waits_for_review(transaction, caller, each)) inbox.to_review.push_back(std::move(each));
  ChangeId after = 0;
  while (inbox.to_consent.size() < most_items) {
    const auto some = transaction.changes.list(ChangeState::pending, after, page);
    for (const ChangeRequest& each : some)
      if (waits_for_consent(transaction, caller, each)) inbox.to_consent.push_back(each);
    if (some.size() < page) break;
    after = some.back().id;
  }
  return inbox;
}

}  // namespace countersign
