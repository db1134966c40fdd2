// A row of the table of requests, for the tables that read it.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>
#include <vector>

#include "policy/model/request.h"
#include "policy/store/rows.h"

namespace countersign {

/// What a RequestRow is read from; one more column, the digest_left, follows.
inline constexpr const char* request_columns =
    "SELECT id, signer, requester, policy, fingerprint, reason, count, used, window, state,"
    " created, open_until, active_from, active_until, claims, metadata, bound, facts, kind,"
    " beneficiary, starts, networks, change, review_due";
inline constexpr const char* select_request = ", 0 FROM request ";
/// With what is left of the digest :d.
inline constexpr const char* with_digest =
    ", CASE WHEN bound = 0 THEN 0 ELSE COALESCE((SELECT times - used FROM request_digest d"
    " WHERE d.request = request.id AND d.digest = :d), 0) END AS digest_left FROM request ";

struct RequestRow {
  Column id = 0, signer = 0, requester = 0, policy = 0, count = 0, used = 0, window = 0;
  Column created = 0, open_until = 0, active_from = 0, active_until = 0;
  Column bound = 0, digest_left = 0, beneficiary = 0, starts = 0, change = 0, review_due = 0;
  std::string fingerprint, reason, state, claims, metadata, facts, kind, networks;

  /// Throws std::runtime_error for what no program of ours wrote.
  Request request() const;
};

/// Binds the columns of a prepared query to `row`.
void bind_request(soci::statement& statement, RequestRow& row);

/// What `query`, already bound to `row`, finds.
std::vector<Request> fetch_requests(soci::statement& query, RequestRow& row);

}  // namespace countersign
