#include "policy/store/freeze_table.h"

#include "policy/store/rows.h"

namespace countersign {
namespace {

struct FreezeRow {
  Column id = 0, starts = 0, until = 0, author = 0, created = 0, ended = 0;
  std::string reason;

  ProductFreeze freeze() const {
    return {id,
            {from_unix_ms(starts), from_unix_ms(until), reason},
            author,
            from_unix_ms(created),
            ended == 0 ? std::nullopt : std::optional(from_unix_ms(ended))};
  }
};

}  // namespace

struct FreezeTable::Prepared {
  explicit Prepared(soci::session& sql)
      : from((sql.prepare << "SELECT starts, until, reason FROM product_freeze"
                             " WHERE ended = 0 AND until > :t",
              soci::use(now), soci::into(row.starts), soci::into(row.until),
              soci::into(row.reason))) {}

  Column now = 0;
  FreezeRow row;
  soci::statement from;
};

FreezeTable::FreezeTable(soci::session& sql)
    : sql_(sql), prepared_(std::make_unique<Prepared>(sql)) {}
FreezeTable::~FreezeTable() = default;

FreezeId FreezeTable::add(const ProductFreeze& freeze) {
  Column id = 0;
  const Column starts = to_unix_ms(freeze.window.from), until = to_unix_ms(freeze.window.until);
  const Column author = freeze.author, created = to_unix_ms(freeze.created);
  sql_ << "INSERT INTO product_freeze (starts, until, reason, author, created, ended)"
          " VALUES (:s, :u, :r, :a, :c, 0) RETURNING id",
      soci::use(starts), soci::use(until), soci::use(freeze.window.reason), soci::use(author),
      soci::use(created), soci::into(id);
  return id;
}

std::vector<ProductFreeze> FreezeTable::list() {
  FreezeRow row;
  soci::statement query =
      (sql_.prepare << "SELECT id, starts, until, reason, author, created, ended"
                       " FROM product_freeze ORDER BY id",
       soci::into(row.id), soci::into(row.starts), soci::into(row.until), soci::into(row.reason),
       soci::into(row.author), soci::into(row.created), soci::into(row.ended));
  query.execute();
  std::vector<ProductFreeze> freezes;
  while (query.fetch()) freezes.push_back(row.freeze());
  return freezes;
}

std::optional<ProductFreeze> FreezeTable::find(FreezeId id) {
  const Column wanted = id;
  FreezeRow row;
  sql_ << "SELECT id, starts, until, reason, author, created, ended FROM product_freeze"
          " WHERE id = :i",
      soci::use(wanted), soci::into(row.id), soci::into(row.starts), soci::into(row.until),
      soci::into(row.reason), soci::into(row.author), soci::into(row.created),
      soci::into(row.ended);
  if (!sql_.got_data()) return std::nullopt;
  return row.freeze();
}

void FreezeTable::end(FreezeId id, Time now) {
  const Column wanted = id, time = to_unix_ms(now);
  sql_ << "UPDATE product_freeze SET ended = :t WHERE id = :i", soci::use(time), soci::use(wanted);
}

std::vector<FreezeWindow> FreezeTable::from(Time now) {
  prepared_->now = to_unix_ms(now);
  std::vector<FreezeWindow> windows;
  prepared_->from.execute();
  while (prepared_->from.fetch()) windows.push_back(prepared_->row.freeze().window);
  return windows;
}

}  // namespace countersign
