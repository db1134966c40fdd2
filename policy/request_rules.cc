#include "policy/request_rules.h"

#include "core/text.h"
#include "policy/access.h"

namespace countersign {

Result<Request> find_in_state(Transaction& transaction, RequestId id, RequestState wanted,
                              const char* code) {
  const auto request = transaction.requests.find(id);
  if (!request) return no_such("request");
  const RequestState state = state_at(*request, transaction.now);
  if (state == wanted) return *request;
  return fail(ErrorKind::conflict, code,
              "request " + std::to_string(id) + " is " + std::string(to_text(state)) + ", not " +
                  std::string(to_text(wanted)));
}

Status check_comment(const std::string& comment, bool needed) {
  if (!comment.empty()) return check_text("the comment", comment);
  if (needed)
    return fail(ErrorKind::invalid, "comment_missing", "this needs a comment that says why",
                "add --comment \"…\"");
  return {};
}

Status check_active(Transaction& transaction, SignerId signer, AccountId requester,
                    const Ceilings& ceilings) {
  if (!ceilings.active_requests) return {};
  const auto most = *ceilings.active_requests;
  if (transaction.requests.count_active(signer, requester, transaction.now) < most) return {};
  return fail(ErrorKind::conflict, "too_many_active",
              "the requester has the policy's ceiling of " + std::to_string(most) +
                  " active requests already",
              "use one up, or have one revoked, first");
}

void record_request(Transaction& transaction, const Caller& caller, const Request& request,
                    const char* operation, std::vector<std::pair<std::string, std::string>> data) {
  const auto after = transaction.requests.find(request.id);
  data.emplace_back("state", std::string(to_text(after->state)));
  record_change(transaction, caller, operation, request.signer, request.id, std::move(data));
}

std::vector<std::pair<std::string, std::string>> with_comment(const std::string& comment) {
  if (comment.empty()) return {};
  return {{"comment", comment}};
}

}  // namespace countersign
