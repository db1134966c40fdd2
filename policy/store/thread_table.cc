#include "policy/store/thread_table.h"

#include <nlohmann/json.hpp>

#include "policy/store/rows.h"

namespace countersign {

void ThreadTable::add_response(RequestId request, const Response& response) {
  const Column number = request, account = response.account, time = to_unix_ms(response.time);
  const Column place = response.for_account, key = response.key;
  const auto step = static_cast<Column>(response.step);
  const std::string verdict = response.approves ? "approve" : "reject";
  const std::string claims = nlohmann::json(response.claims).dump();
  sql_ << "INSERT INTO response (request, step, account, verdict, comment, time, claims,"
          " for_account, approval_key, signature)"
          " VALUES (:r, :s, :a, :v, :c, :t, :l, :f, :k, :g)",
      soci::use(number), soci::use(step), soci::use(account), soci::use(verdict),
      soci::use(response.comment), soci::use(time), soci::use(claims), soci::use(place),
      soci::use(key), soci::use(response.signature);
}

std::vector<Response> ThreadTable::responses(RequestId request) {
  const Column number = request;
  Column step = 0, account = 0, time = 0, place = 0, key = 0;
  std::string verdict, comment, claims, signature;
  soci::statement query =
      (sql_.prepare << "SELECT step, account, verdict, comment, time, claims, for_account,"
                       " approval_key, signature FROM response WHERE request = :r"
                       " ORDER BY time, account",
       soci::use(number), soci::into(step), soci::into(account), soci::into(verdict),
       soci::into(comment), soci::into(time), soci::into(claims), soci::into(place),
       soci::into(key), soci::into(signature));
  query.execute();
  std::vector<Response> responses;
  while (query.fetch())
    responses.push_back(
        {static_cast<std::size_t>(step), account, verdict == "approve", comment, from_unix_ms(time),
         nlohmann::json::parse(claims).get<std::vector<PrincipalId>>(), place, key, signature});
  return responses;
}

void ThreadTable::add_comment(RequestId request, const RequestComment& comment) {
  const Column number = request, account = comment.account, time = to_unix_ms(comment.time);
  sql_ << "INSERT INTO request_comment (request, account, text, time) VALUES (:r, :a, :c, :t)",
      soci::use(number), soci::use(account), soci::use(comment.text), soci::use(time);
}

std::vector<RequestComment> ThreadTable::comments(RequestId request) {
  const Column number = request;
  Column account = 0, time = 0;
  std::string text;
  soci::statement query =
      (sql_.prepare << "SELECT account, text, time FROM request_comment WHERE request = :r"
                       " ORDER BY id",
       soci::use(number), soci::into(account), soci::into(text), soci::into(time));
  query.execute();
  std::vector<RequestComment> comments;
  while (query.fetch()) comments.push_back({account, text, from_unix_ms(time)});
  return comments;
}

void ThreadTable::add_review(RequestId request, const RequestReview& review) {
  const Column number = request, account = review.account, time = to_unix_ms(review.time);
  sql_ << "INSERT INTO request_review (request, account, comment, time) VALUES (:r, :a, :c, :t)",
      soci::use(number), soci::use(account), soci::use(review.comment), soci::use(time);
}

std::optional<RequestReview> ThreadTable::review(RequestId request) {
  const Column number = request;
  Column account = 0, time = 0;
  std::string comment;
  sql_ << "SELECT account, comment, time FROM request_review WHERE request = :r", soci::use(number),
      soci::into(account), soci::into(comment), soci::into(time);
  if (!sql_.got_data()) return std::nullopt;
  return RequestReview{account, comment, from_unix_ms(time)};
}

}  // namespace countersign
