#include "policy/store/container_table.h"

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select_container =
    "SELECT id, name, description, COALESCE(application, 0), every, due FROM container ";

struct ContainerRow {
  Column id = 0, application = 0, every = 0, due = 0;
  std::string name, description;

  Container container() const {
    return {
        id, name, description, optional_id(application), Milliseconds(every), optional_time(due)};
  }
};

std::vector<Container> fetch_all(soci::statement& query, const ContainerRow& row) {
  query.execute();
  std::vector<Container> all;
  while (query.fetch()) all.push_back(row.container());
  return all;
}

}  // namespace

std::vector<Container> ContainerTable::read(const std::string& where, std::int64_t wanted) {
  ContainerRow row;
  const Column value = wanted;
  soci::statement query = (sql_.prepare << select_container + where, soci::use(value),
                           soci::into(row.id), soci::into(row.name), soci::into(row.description),
                           soci::into(row.application), soci::into(row.every), soci::into(row.due));
  return fetch_all(query, row);
}

ContainerId ContainerTable::add(const Container& container) {
  Column id = 0;
  const std::string folded = fold_case(container.name);
  sql_ << "INSERT INTO container (name, folded, description, every, due)"
          " VALUES (:n, :f, :d, 0, 0) RETURNING id",
      soci::use(container.name), soci::use(folded), soci::use(container.description),
      soci::into(id);
  return id;
}

std::optional<Container> ContainerTable::find(ContainerId id) {
  auto found = read("WHERE id = :i", id);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Container> ContainerTable::find(const std::string& name) {
  ContainerRow row;
  const std::string folded = fold_case(name);
  soci::statement query =
      (sql_.prepare << std::string(select_container) + "WHERE folded = :f", soci::use(folded),
       soci::into(row.id), soci::into(row.name), soci::into(row.description),
       soci::into(row.application), soci::into(row.every), soci::into(row.due));
  auto found = fetch_all(query, row);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Container> ContainerTable::list() {
  return read("WHERE id > :i ORDER BY id", 0);
}

std::vector<Container> ContainerTable::of_application(ApplicationId application) {
  return read("WHERE application = :a ORDER BY id", application);
}

void ContainerTable::change(const Container& container) {
  const Column id = container.id, application = container.application.value_or(0);
  const Column every = container.every.count();
  const Column due = container.due ? to_unix_ms(*container.due) : 0;
  sql_ << "UPDATE container SET description = :d, application = NULLIF(:a, 0), every = :e,"
          " due = :u WHERE id = :i",
      soci::use(container.description), soci::use(application), soci::use(every), soci::use(due),
      soci::use(id);
}

void ContainerTable::remove(ContainerId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM container_key WHERE container = :i", soci::use(wanted);
  sql_ << "DELETE FROM container WHERE id = :i", soci::use(wanted);
}

std::vector<Container> ContainerTable::due(Time now) {
  return read("WHERE due > 0 AND due <= :n ORDER BY due", to_unix_ms(now));
}

std::optional<Time> ContainerTable::next_due() {
  Column due = 0;
  sql_ << "SELECT COALESCE(MIN(due), 0) FROM container WHERE due > 0", soci::into(due);
  return optional_time(due);
}

std::vector<ContainerKey> ContainerTable::keys(ContainerId id) {
  const Column wanted = id;
  Column number = 0, checked = 0;
  ContainerKey row;
  soci::statement query =
      (sql_.prepare << "SELECT id, token, uri, fingerprint, state, checked FROM container_key"
                       " WHERE container = :c ORDER BY id",
       soci::use(wanted), soci::into(number), soci::into(row.token), soci::into(row.uri),
       soci::into(row.fingerprint), soci::into(row.state), soci::into(checked));
  query.execute();
  std::vector<ContainerKey> keys;
  while (query.fetch()) {
    row.id = number;
    row.checked = optional_time(checked);
    keys.push_back(row);
  }
  return keys;
}

ContainerKeyId ContainerTable::add_key(ContainerId id, const ContainerKey& key) {
  const Column container = id;
  Column number = 0;
  sql_ << "INSERT INTO container_key (container, token, uri, fingerprint, state, checked)"
          " VALUES (:c, :t, :u, :f, '', 0) RETURNING id",
      soci::use(container), soci::use(key.token), soci::use(key.uri), soci::use(key.fingerprint),
      soci::into(number);
  return number;
}

void ContainerTable::remove_key(ContainerKeyId key) {
  const Column wanted = key;
  sql_ << "DELETE FROM container_key WHERE id = :i", soci::use(wanted);
}

void ContainerTable::set_key_state(ContainerKeyId key, const std::string& state, Time checked) {
  const Column wanted = key, time = to_unix_ms(checked);
  sql_ << "UPDATE container_key SET state = :s, checked = :t WHERE id = :i", soci::use(state),
      soci::use(time), soci::use(wanted);
}

}  // namespace countersign
