#include "policy/store/request_table.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "policy/store/request_row.h"

namespace countersign {

struct RequestTable::Prepared {
  explicit Prepared(soci::session& sql) : latest(sql) {
    latest.alloc();
    latest.prepare(std::string(request_columns) + select_request +
                   "WHERE id = (SELECT MAX(id) FROM request WHERE signer = :s"
                   " AND beneficiary = :r)");
    latest.exchange(soci::use(signer));
    latest.exchange(soci::use(beneficiary));
    bind_request(latest, row);
    latest.define_and_bind();
  }
  RequestRow row;
  Column signer = 0, beneficiary = 0;
  soci::statement latest;
};

RequestTable::RequestTable(soci::session& sql)
    : sql_(sql), prepared_(std::make_unique<Prepared>(sql)) {}
RequestTable::~RequestTable() = default;

RequestId RequestTable::add(const Request& request) {
  Column id = 0;
  const Column signer = request.signer, requester = request.requester, policy = request.policy;
  const Column count = request.count, window = request.window.count();
  const Column created = to_unix_ms(request.created), open_until = to_unix_ms(request.open_until);
  const Column beneficiary = request.beneficiary, change = request.change;
  const Column starts = column_of(request.starts), review_due = column_of(request.review_due);
  const Column active_from = column_of(request.active_from);
  const Column active_until = column_of(request.active_until);
  const std::string kind(to_text(request.kind)), state(to_text(request.state));
  const std::string claims = nlohmann::json(request.claims).dump();
  const std::string facts = nlohmann::json(request.facts).dump();
  const std::string metadata = nlohmann::json(request.metadata).dump();
  const std::string networks = nlohmann::json(request.networks).dump();
  const Column bound = request.bound ? 1 : 0;
  sql_ << "INSERT INTO request (kind, signer, requester, policy, fingerprint, reason, count, used,"
          " window, state, created, open_until, active_from, active_until, claims, metadata, bound,"
          " facts, beneficiary, starts, networks, change, review_due) VALUES (:k, :s, :r, :p, :f,"
          " :x, :c, 0, :w, :t, :m, :o, :a, :u, :l, :e, :b, :y, :g, :h, :n, :j, :v) RETURNING id",
      soci::use(kind), soci::use(signer), soci::use(requester), soci::use(policy),
      soci::use(request.fingerprint), soci::use(request.reason), soci::use(count),
      soci::use(window), soci::use(state), soci::use(created), soci::use(open_until),
      soci::use(active_from), soci::use(active_until), soci::use(claims), soci::use(metadata),
      soci::use(bound), soci::use(facts), soci::use(beneficiary), soci::use(starts),
      soci::use(networks), soci::use(change), soci::use(review_due), soci::into(id);
  return id;
}

std::optional<Request> RequestTable::find(RequestId id) {
  if (id <= 0) return std::nullopt;
  RequestFilter filter;
  filter.after = id - 1;
  filter.limit = 1;
  const std::vector<Request> found = list(filter);
  if (found.empty() || found.front().id != id) return std::nullopt;
  return found.front();
}

std::vector<Request> RequestTable::list(const RequestFilter& filter) {
  RequestRow row;
  const Column after = filter.after, signer = filter.signer.value_or(0);
  const Column requester = filter.requester.value_or(0);
  const auto limit = static_cast<Column>(filter.limit);
  const Column open_at = filter.open_at ? to_unix_ms(*filter.open_at) : 0;
  const std::string state(filter.state ? to_text(*filter.state) : "");
  const RequestFilter::Among among = filter.among.value_or(RequestFilter::Among{});
  const Column narrowed = filter.among.has_value() ? 1 : 0, own = among.requester;
  const std::string signers = nlohmann::json(among.signers).dump();
  const std::string numbers = nlohmann::json(among.requests).dump();
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(request_columns) + select_request +
                "WHERE id > :a AND (:s = 0 OR signer = :s2) AND (:r = 0 OR requester = :r2)"
                " AND (:t = '' OR state = :t2) AND open_until > :o AND (:w = 0 OR requester = :m "
                "OR beneficiary = :m2"
                " OR signer IN (SELECT value FROM json_each(:g))"
                " OR id IN (SELECT value FROM json_each(:n))) ORDER BY id LIMIT :l");
  for (const Column* const each : {&after, &signer, &signer, &requester, &requester})
    query.exchange(soci::use(*each));
  query.exchange(soci::use(state));
  query.exchange(soci::use(state));
  query.exchange(soci::use(open_at));
  query.exchange(soci::use(narrowed));
  query.exchange(soci::use(own));
  query.exchange(soci::use(own));
  query.exchange(soci::use(signers));
  query.exchange(soci::use(numbers));
  query.exchange(soci::use(limit));
  bind_request(query, row);
  return fetch_requests(query, row);
}

std::optional<Request> RequestTable::latest(SignerId signer, AccountId beneficiary,
                                            std::optional<RequestId> told) {
  auto wanted = told ? find(*told) : std::nullopt;
  if (wanted && wanted->signer == signer && wanted->beneficiary == beneficiary) return wanted;
  prepared_->signer = signer;
  prepared_->beneficiary = beneficiary;
  if (!fetch_one(prepared_->latest)) return std::nullopt;
  return prepared_->row.request();
}

std::int64_t RequestTable::count_active(SignerId signer, AccountId beneficiary, Time now) {
  const Column of = signer, whose = beneficiary, moment = to_unix_ms(now);
  Column count = 0;
  sql_ << "SELECT COUNT(*) FROM request WHERE signer = :s AND beneficiary = :r AND state = 'active'"
          " AND active_until > :n",
      soci::use(of), soci::use(whose), soci::use(moment), soci::into(count);
  return count;
}

std::vector<Request> RequestTable::used_by(SignerId signer, AccountId beneficiary,
                                           std::size_t limit) {
  RequestRow row;
  const Column of = signer, whose = beneficiary, most = static_cast<Column>(limit);
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(request_columns) + select_request +
                "WHERE signer = :s AND beneficiary = :r AND used > 0 ORDER BY id DESC LIMIT :l");
  for (const Column* const each : {&of, &whose, &most}) query.exchange(soci::use(*each));
  bind_request(query, row);
  return fetch_requests(query, row);
}

std::vector<Request> RequestTable::preapproved(SignerId signer) {
  RequestRow row;
  const Column of = signer;
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(request_columns) + select_request +
                "WHERE signer = :s AND state = 'active' AND kind = 'preapproval' ORDER BY id");
  query.exchange(soci::use(of));
  bind_request(query, row);
  return fetch_requests(query, row);
}

std::vector<Request> RequestTable::to_review() {
  RequestRow row;
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(request_columns) + select_request +
                "WHERE review_due > 0 AND NOT EXISTS (SELECT 1 FROM request_review v"
                " WHERE v.request = request.id) ORDER BY id LIMIT 1000");
  bind_request(query, row);
  return fetch_requests(query, row);
}

std::int64_t RequestTable::count_overdue_reviews(SignerId signer, Time now) {
  const Column of = signer, moment = to_unix_ms(now);
  Column count = 0;
  sql_ << "SELECT COUNT(*) FROM request r WHERE signer = :s AND review_due > 0 AND review_due <= :n"
          " AND NOT EXISTS (SELECT 1 FROM request_review v WHERE v.request = r.id)",
      soci::use(of), soci::use(moment), soci::into(count);
  return count;
}

std::optional<Request> RequestTable::unreviewed_emergency(SignerId signer, AccountId requester,
                                                          Time now) {
  RequestRow row;
  const Column of = signer, whose = requester, moment = to_unix_ms(now);
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(request_columns) + select_request +
                "WHERE signer = :s AND review_due > 0 AND requester = :r AND active_until > :n"
                " AND NOT EXISTS (SELECT 1 FROM request_review v WHERE v.request = request.id)"
                " ORDER BY id DESC LIMIT 1");
  for (const Column* const each : {&of, &whose, &moment}) query.exchange(soci::use(*each));
  bind_request(query, row);
  auto found = fetch_requests(query, row);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Request> RequestTable::pending_for(SignerId signer, AccountId requester,
                                                 PolicyNumber policy, const std::string& digest,
                                                 Time now) {
  RequestRow row;
  const Column of = signer, whose = requester, revision = policy, moment = to_unix_ms(now);
  soci::statement query(sql_);
  query.alloc();
  query.prepare(std::string(request_columns) + with_digest +
                "WHERE signer = :s AND state = 'pending' AND requester = :r AND policy = :p"
                " AND open_until > :n AND (bound = 0 OR digest_left > 0)"
                " ORDER BY bound DESC, id LIMIT 1");
  query.exchange(soci::use(digest));
  for (const Column* const each : {&of, &whose, &revision, &moment})
    query.exchange(soci::use(*each));
  bind_request(query, row);
  query.define_and_bind();
  query.execute();
  if (!query.fetch()) return std::nullopt;
  return row.request();
}

std::vector<std::pair<RequestId, SigningPolicy>> RequestTable::unanswered_by(
    AccountId account, Time now, std::optional<RequestId> id) {
  const Column whose = account, moment = to_unix_ms(now), wanted = id.value_or(0);
  Column number = 0, signer = 0, revision = 0;
  std::string document;
  soci::statement query =
      (sql_.prepare
           << "SELECT r.id, r.signer, r.policy, v.document FROM request r"
              " CROSS JOIN policy_revision v ON v.signer = r.signer AND v.number = r.policy"
              " WHERE r.state = 'pending' AND r.open_until > :t AND r.requester <> :a"
              " AND r.beneficiary <> :a AND (:i = 0 OR r.id = :i) AND NOT EXISTS (SELECT 1 FROM "
              "response s"
              " WHERE s.request = r.id AND (s.account = :a OR s.for_account = :a))",
       soci::use(moment, "t"), soci::use(whose, "a"), soci::use(wanted, "i"), soci::into(number),
       soci::into(signer), soci::into(revision), soci::into(document));
  query.execute();
  std::map<std::pair<SignerId, PolicyNumber>, SigningPolicy> known;
  std::vector<std::pair<RequestId, SigningPolicy>> found;
  while (query.fetch()) {
    auto policy = known.find({signer, revision});
    if (policy == known.end()) {
      auto read = signing_policy_from_json(nlohmann::json::parse(document), "");
      if (!read)
        throw std::runtime_error("malformed row: policy of request " + std::to_string(number));
      policy = known.emplace(std::pair(signer, revision), std::move(*read)).first;
    }
    found.emplace_back(number, policy->second);
  }
  return found;
}

std::optional<Time> RequestTable::reminded(RequestId id) {
  const Column wanted = id;
  Column time = 0;
  sql_ << "SELECT reminded FROM request WHERE id = :i", soci::use(wanted), soci::into(time);
  return optional_time(time);
}

void RequestTable::set_reminded(RequestId id, Time time) {
  const Column wanted = id, moment = to_unix_ms(time);
  sql_ << "UPDATE request SET reminded = :t WHERE id = :i", soci::use(moment), soci::use(wanted);
}

void RequestTable::set_state(RequestId id, RequestState state) {
  changed_.push_back(id);
  const Column wanted = id;
  const std::string text(to_text(state));
  sql_ << "UPDATE request SET state = :t WHERE id = :i", soci::use(text), soci::use(wanted);
}

void RequestTable::activate(RequestId id, Time from, Time until) {
  changed_.push_back(id);
  const Column wanted = id, begins = to_unix_ms(from), ends = to_unix_ms(until);
  sql_ << "UPDATE request SET state = 'active', active_from = :f, active_until = :u WHERE id = :i",
      soci::use(begins), soci::use(ends), soci::use(wanted);
}

void RequestTable::add_digests(RequestId request, const std::vector<BoundDigest>& digests) {
  const Column number = request;
  Column times = 0;
  std::string digest, name;
  soci::statement insert =
      (sql_.prepare << "INSERT INTO request_digest (request, digest, name,"
                       " times, used) VALUES (:r, :d, :n, :t, 0)",
       soci::use(number), soci::use(digest), soci::use(name), soci::use(times));
  for (const BoundDigest& each : digests) {
    digest = each.digest;
    name = each.name;
    times = each.times;
    insert.execute(true);
  }
}

std::vector<BoundDigest> RequestTable::digests(RequestId request, const std::string& after,
                                               std::size_t limit) {
  const Column number = request, most = static_cast<Column>(limit);
  Column times = 0, used = 0;
  std::string digest, name;
  soci::statement query =
      (sql_.prepare << "SELECT digest, name, times, used FROM request_digest WHERE request = :r"
                       " AND digest > :a ORDER BY digest LIMIT :l",
       soci::use(number), soci::use(after), soci::use(most), soci::into(digest), soci::into(name),
       soci::into(times), soci::into(used));
  query.execute();
  std::vector<BoundDigest> found;
  while (query.fetch()) found.push_back({digest, name, times, used});
  return found;
}

}  // namespace countersign
