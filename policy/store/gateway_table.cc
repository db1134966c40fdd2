#include "policy/store/gateway_table.h"

#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select_gateway =
    "SELECT id, name, shape, host, uid, version, since, seen FROM gateway ";

struct GatewayRow {
  Column id = 0, uid = 0, since = 0, seen = 0;
  KnownGateway row;

  KnownGateway gateway() const {
    KnownGateway found = row;
    found.id = id;
    found.uid = uid;
    found.since = from_unix_ms(since);
    found.seen = from_unix_ms(seen);
    return found;
  }
};

std::vector<KnownGateway> fetch_gateways(soci::statement& query, const GatewayRow& row) {
  query.execute();
  std::vector<KnownGateway> all;
  while (query.fetch()) all.push_back(row.gateway());
  return all;
}

std::optional<KnownGateway> first_of(std::vector<KnownGateway> found) {
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<KnownGateway> gateways_where(soci::session& sql, const char* where, Column wanted) {
  GatewayRow row;
  soci::statement query =
      (sql.prepare << std::string(select_gateway) + where, soci::use(wanted), soci::into(row.id),
       soci::into(row.row.name), soci::into(row.row.shape), soci::into(row.row.host),
       soci::into(row.uid), soci::into(row.row.version), soci::into(row.since),
       soci::into(row.seen));
  return fetch_gateways(query, row);
}

}  // namespace

std::optional<KnownGateway> GatewayTable::find(const KnownGateway& like) {
  GatewayRow row;
  const Column uid = like.uid;
  soci::statement query =
      (sql_.prepare << std::string(select_gateway) +
                           "WHERE name = :n AND shape = :s AND host = :h AND uid = :u",
       soci::use(like.name), soci::use(like.shape), soci::use(like.host), soci::use(uid),
       soci::into(row.id), soci::into(row.row.name), soci::into(row.row.shape),
       soci::into(row.row.host), soci::into(row.uid), soci::into(row.row.version),
       soci::into(row.since), soci::into(row.seen));
  return first_of(fetch_gateways(query, row));
}

std::optional<KnownGateway> GatewayTable::find(GatewayId id) {
  return first_of(gateways_where(sql_, "WHERE id = :i", id));
}

std::vector<KnownGateway> GatewayTable::list() {
  return gateways_where(sql_, "WHERE id > :i ORDER BY id", 0);
}

GatewayId GatewayTable::add(const KnownGateway& gateway) {
  Column id = 0;
  const Column uid = gateway.uid;
  const Column since = to_unix_ms(gateway.since), seen = to_unix_ms(gateway.seen);
  sql_ << "INSERT INTO gateway (name, shape, host, uid, version, since, seen)"
          " VALUES (:n, :s, :h, :u, :v, :f, :l) RETURNING id",
      soci::use(gateway.name), soci::use(gateway.shape), soci::use(gateway.host), soci::use(uid),
      soci::use(gateway.version), soci::use(since), soci::use(seen), soci::into(id);
  return id;
}

void GatewayTable::touch(const KnownGateway& gateway) {
  const Column id = gateway.id, seen = to_unix_ms(gateway.seen);
  sql_ << "UPDATE gateway SET version = :v, seen = :l WHERE id = :i", soci::use(gateway.version),
      soci::use(seen), soci::use(id);
}

void GatewayTable::remove(GatewayId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM gateway WHERE id = :i", soci::use(wanted);
}

}  // namespace countersign
