// What people say to a request: answers, comments, the review of an emergency.
#pragma once

#include <optional>
#include <vector>

#include "policy/model/request.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class ThreadTable {
 public:
  explicit ThreadTable(soci::session& sql) : sql_(sql) {}

  void add_response(RequestId request, const Response& response);
  /// In the order of time.
  std::vector<Response> responses(RequestId request);

  void add_comment(RequestId request, const RequestComment& comment);
  std::vector<RequestComment> comments(RequestId request);

  void add_review(RequestId request, const RequestReview& review);
  std::optional<RequestReview> review(RequestId request);

 private:
  soci::session& sql_;
};

}  // namespace countersign
