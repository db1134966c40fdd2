#include "policy/request_talk.h"

#include "core/duration.h"
#include "core/text.h"
#include "policy/request_rules.h"

namespace countersign {
namespace {

constexpr std::size_t most_comments = 200;
constexpr Milliseconds between_reminders = std::chrono::minutes(15);

}  // namespace

Result<Request> comment_request(Transaction& transaction, const Caller& caller, RequestId id,
                                const std::string& text) {
  if (auto good = check_text("the comment", text); !good) return fail(good.error());
  auto request = transaction.requests.find(id);
  if (transaction.threads.comments(id).size() >= most_comments)
    return fail(ErrorKind::conflict, "too_many_comments",
                "request " + std::to_string(id) + " has " + std::to_string(most_comments) +
                    " comments already");
  transaction.threads.add_comment(id, {caller.account.id, text, transaction.now});
  record_request(transaction, caller, *request, "request.comment", with_comment(text));
  return *request;
}

Result<Request> remind_approvers(Transaction& transaction, const Caller& caller, RequestId id) {
  auto request = find_for(transaction, caller, id, RequestAction::cancel);
  if (!request) return request;
  const auto last = transaction.requests.reminded(id);
  if (last && *last + between_reminders > transaction.now)
    return fail(
        ErrorKind::conflict, "reminded_lately",
        "those who are to answer were reminded less than " + to_text(between_reminders) + " ago",
        "wait until " + to_rfc3339(*last + between_reminders));
  transaction.requests.set_reminded(id, transaction.now);
  record_request(transaction, caller, *request, "request.remind");
  return request;
}

}  // namespace countersign
