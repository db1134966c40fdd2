#include "policy/store/rate_table.h"

#include "policy/store/rows.h"

namespace countersign {
namespace {

/// In place of an account: everybody.
constexpr AccountId everybody = 0;

}  // namespace

struct RateTable::Prepared {
  explicit Prepared(soci::session& sql)
      : add((sql.prepare << "INSERT INTO counted_signature (signer, account, number, time)"
                            " SELECT :s, :a, COALESCE(MAX(number), 0) + 1, :t"
                            " FROM counted_signature WHERE signer = :s2 AND account = :a2",
             soci::use(signer, "s"), soci::use(account, "a"), soci::use(time, "t"),
             soci::use(signer, "s2"), soci::use(account, "a2"))),
        // Two at a time: what is to go never grows, and the last row keeps its number.
        forget((sql.prepare << "DELETE FROM counted_signature WHERE signer = :s AND account = :a"
                               " AND time <= :t AND number IN (SELECT number FROM"
                               " counted_signature WHERE signer = :s2 AND account = :a2"
                               " ORDER BY number LIMIT 2)",
                soci::use(signer, "s"), soci::use(account, "a"), soci::use(time, "t"),
                soci::use(signer, "s2"), soci::use(account, "a2"))),
        find((sql.prepare << "SELECT time FROM counted_signature WHERE signer = :s"
                             " AND account = :a AND number = 1 - :n + (SELECT MAX(number) FROM"
                             " counted_signature WHERE signer = :s2 AND account = :a2)",
              soci::use(signer, "s"), soci::use(account, "a"), soci::use(number, "n"),
              soci::use(signer, "s2"), soci::use(account, "a2"), soci::into(found))) {}

  Column signer = 0, account = 0, time = 0, number = 0;
  Column found = 0;
  soci::statement add;
  soci::statement forget;
  soci::statement find;
};

RateTable::RateTable(soci::session& sql) : prepared_(std::make_unique<Prepared>(sql)) {}
RateTable::~RateTable() = default;

void RateTable::count(SignerId signer, AccountId caller, Time now) {
  count_for(signer, caller, now);
  count_for(signer, everybody, now);
}

void RateTable::count_for(SignerId signer, AccountId account, Time now) {
  prepared_->signer = signer;
  prepared_->account = account;
  prepared_->time = to_unix_ms(now);
  prepared_->add.execute(true);
  prepared_->time = to_unix_ms(now - longest_rate);
  prepared_->forget.execute(true);
}

std::optional<Time> RateTable::free_at(const Rate& rate, SignerId signer, AccountId caller,
                                       Time now) {
  prepared_->signer = signer;
  prepared_->account = rate.of == RateOf::caller ? caller : everybody;
  prepared_->number = rate.count;
  if (!fetch_one(prepared_->find)) return std::nullopt;
  const Time free = from_unix_ms(prepared_->found) + rate.per;
  if (free <= now) return std::nullopt;
  return free;
}

}  // namespace countersign
