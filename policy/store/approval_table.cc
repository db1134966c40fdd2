#include "policy/store/approval_table.h"

#include <algorithm>
#include <iterator>

#include "policy/store/request_row.h"
#include "policy/store/write_watch.h"

namespace countersign {
namespace {

constexpr std::size_t most_fitting = 16;  // and one more in the query that looks for others

/// The columns of a request without what no decision looks at, and which takes long to read.
constexpr const char* decided_columns =
    "SELECT id, signer, requester, policy, fingerprint, '', count, used, 0, state,"
    " 0, open_until, active_from, active_until, '[]', '{}', bound, '[]', kind,"
    " beneficiary, 0, networks, 0, 0";

}  // namespace

struct ApprovalTable::Prepared {
  explicit Prepared(soci::session& sql) : active(sql), fitting(sql), use(sql), use_last(sql) {
    const auto read = [&](soci::statement& query, const char* where) {
      query.alloc();
      query.prepare(std::string(decided_columns) + with_digest +
                    "WHERE signer = :s AND beneficiary = :r AND state = 'active'"
                    " AND active_until > :n" +
                    where);
      query.exchange(soci::use(digest));
      query.exchange(soci::use(signer));
      query.exchange(soci::use(beneficiary));
      query.exchange(soci::use(now));
    };
    const auto bind = [&](soci::statement& query) {
      bind_request(query, row);
      query.define_and_bind();
    };
    read(active, " ORDER BY active_until LIMIT 17");
    bind(active);
    read(fitting,
         " AND active_from <= :n2 AND (bound = 0 OR :d2 = '' OR digest_left > 0)"
         " ORDER BY active_until LIMIT 16");
    fitting.exchange(soci::use(now));
    fitting.exchange(soci::use(digest));
    bind(fitting);

    // The state stands in two indexes, which a signature that is not the last leaves alone.
    use.alloc();
    use.prepare("UPDATE request SET used = :u WHERE id = :i");
    use.exchange(soci::use(used));
    use.exchange(soci::use(id));
    use.define_and_bind();

    use_last.alloc();
    use_last.prepare("UPDATE request SET used = :u, state = :t WHERE id = :i");
    use_last.exchange(soci::use(used));
    use_last.exchange(soci::use(state));
    use_last.exchange(soci::use(id));
    use_last.define_and_bind();
  }

  std::vector<Request> fetch(soci::statement& query) {
    std::vector<Request> requests;
    query.execute();
    while (query.fetch()) requests.push_back(row.request());
    return requests;
  }

  RequestRow row;
  Column signer = 0, beneficiary = 0, now = 0, used = 0, id = 0;
  std::string digest, state;
  soci::statement active;  ///< one more than fit, whatever they are bound to, open or not yet
  soci::statement fitting;
  soci::statement use;
  soci::statement use_last;
};

ApprovalTable::ApprovalTable(soci::session& sql, const WriteWatch& watch)
    : sql_(sql), known_(watch.requests()), prepared_(std::make_unique<Prepared>(sql)) {}
ApprovalTable::~ApprovalTable() = default;

std::vector<Request> ApprovalTable::fitting(SignerId signer, AccountId beneficiary,
                                            const std::string& digest, Time now) {
  const Question question{signer, beneficiary};
  const std::vector<Request>* active = known_.find(question);
  prepared_->signer = signer;
  prepared_->beneficiary = beneficiary;
  prepared_->digest = digest;
  prepared_->now = to_unix_ms(now);
  if (active == nullptr) {
    auto all = prepared_->fetch(prepared_->active);
    if (all.size() > most_fitting || std::ranges::any_of(all, &Request::bound))
      return prepared_->fetch(prepared_->fitting);
    known_.add(question, std::move(all));
    active = known_.find(question);
  }
  std::vector<Request> open;
  std::ranges::copy_if(*active, std::back_inserter(open), [now](const Request& each) {
    return each.active_from <= now && now < each.active_until;
  });
  return open;
}

void ApprovalTable::set_used(const Request& request, std::int64_t used, RequestState after) {
  const Question question{request.signer, request.beneficiary};
  std::vector<Request>* const active = known_.find(question);
  prepared_->id = request.id;
  prepared_->used = used;
  prepared_->state = to_text(after);
  (request.state == after ? prepared_->use : prepared_->use_last).execute(true);
  if (request.state != after)
    known_.forget(question);
  else if (active != nullptr)
    for (Request& each : *active)
      if (each.id == request.id) each.used = used;
  known_.still_hold();
}

void ApprovalTable::use_digest(RequestId request, const std::string& digest, std::int64_t change) {
  const Column number = request, by = change;
  sql_ << "UPDATE request_digest SET used = used + :c WHERE request = :r AND digest = :d",
      soci::use(by), soci::use(number), soci::use(digest);
}

}  // namespace countersign
