#include "policy/store/request_row.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace countersign {
namespace {

std::vector<PrincipalId> read_claims(const std::string& text) {
  if (text == "[]") return {};
  return nlohmann::json::parse(text).get<std::vector<PrincipalId>>();
}

std::vector<Fact> read_facts(const std::string& text) {
  if (text == "[]") return {};
  return nlohmann::json::parse(text).get<std::vector<Fact>>();
}

}  // namespace

Request RequestRow::request() const {
  const auto known = request_state_from_text(state);
  const auto known_kind = request_kind_from_text(kind);
  if (!known || !known_kind)
    throw std::runtime_error("malformed row: request " + std::to_string(id));
  Request request;
  request.id = id;
  request.kind = *known_kind;
  request.signer = signer;
  request.requester = requester;
  request.beneficiary = beneficiary;
  request.policy = policy;
  request.fingerprint = fingerprint;
  request.reason = reason;
  request.count = count;
  request.used = used;
  request.window = Milliseconds(window);
  request.state = *known;
  request.created = from_unix_ms(created);
  request.open_until = from_unix_ms(open_until);
  request.starts = optional_time(starts);
  request.active_from = optional_time(active_from);
  request.active_until = optional_time(active_until);
  request.claims = read_claims(claims);
  if (networks != "[]")
    request.networks = nlohmann::json::parse(networks).get<std::vector<std::string>>();
  request.change = change;
  request.review_due = optional_time(review_due);
  request.bound = bound != 0;
  request.digest_left = digest_left;
  if (metadata != "{}")
    request.metadata = nlohmann::json::parse(metadata).get<std::map<std::string, std::string>>();
  request.facts = read_facts(facts);
  return request;
}

void bind_request(soci::statement& statement, RequestRow& row) {
  const auto numbers = [&](std::initializer_list<Column*> all) {
    for (Column* const each : all) statement.exchange(soci::into(*each));
  };
  const auto texts = [&](std::initializer_list<std::string*> all) {
    for (std::string* const each : all) statement.exchange(soci::into(*each));
  };
  numbers({&row.id, &row.signer, &row.requester, &row.policy});
  texts({&row.fingerprint, &row.reason});
  numbers({&row.count, &row.used, &row.window});
  texts({&row.state});
  numbers({&row.created, &row.open_until, &row.active_from, &row.active_until});
  texts({&row.claims, &row.metadata});
  numbers({&row.bound});
  texts({&row.facts, &row.kind});
  numbers({&row.beneficiary, &row.starts});
  texts({&row.networks});
  numbers({&row.change, &row.review_due, &row.digest_left});
}

std::vector<Request> fetch_requests(soci::statement& query, RequestRow& row) {
  query.define_and_bind();
  query.execute();
  std::vector<Request> requests;
  while (query.fetch()) requests.push_back(row.request());
  return requests;
}

}  // namespace countersign
