#include "policy/store/trial.h"

#include <array>

#include "policy/store/rows.h"
#include "policy/store/write_watch.h"

namespace countersign {
namespace {

/// What to note of a row; each "%." becomes "NEW." or "OLD.".
struct Watched {
  const char* table;
  const char* events;  ///< of "IUD": insert, update, delete
  const char* note;
};

constexpr std::array<Watched, 4> watched{{
    {"membership", "IUD",
     "INSERT INTO touched VALUES (%.principal, CASE %.scope WHEN 'signer' THEN %.object END);"},
    {"principal_link", "ID", "INSERT INTO touched VALUES (%.holder, NULL), (%.held, NULL);"},
    {"claim", "IUD", "INSERT INTO touched VALUES (%.id, NULL), (%.account, NULL);"},
    {"principal", "U", "INSERT INTO touched VALUES (%.id, NULL);"},
}};

std::string trigger(const Watched& what, char event) {
  const std::string name = event == 'I' ? "INSERT" : event == 'U' ? "UPDATE" : "DELETE";
  const auto noted = [&](const std::string& row) {
    std::string note = what.note;
    for (std::size_t at = note.find('%'); at != note.npos; at = note.find('%'))
      note.replace(at, 1, row);
    return note;
  };
  return "CREATE TEMP TRIGGER IF NOT EXISTS touched_" + std::string(what.table) + "_" + name +
         " AFTER " + name + " ON main." + what.table + " BEGIN " +
         (event != 'I' ? noted("OLD") : "") + (event != 'D' ? noted("NEW") : "") + " END";
}

}  // namespace

/// Made anew in each transaction that was undone with it.
void Trial::note_writes() {
  sql_ << "CREATE TEMP TABLE IF NOT EXISTS touched (principal INTEGER, signer INTEGER)";
  for (const Watched& each : watched)
    for (const char* event = each.events; *event != '\0'; ++event) sql_ << trigger(each, *event);
  sql_ << "DELETE FROM temp.touched";
}

void Trial::begin() {
  if (positions_.empty()) note_writes();
  positions_.push_back(log_.position());
  sql_ << "SAVEPOINT trial";
}

Touched Trial::touched() {
  Touched touched;
  Column id = 0;
  const auto read = [&](const char* column, std::vector<std::int64_t>& into) {
    soci::statement query =
        (sql_.prepare << "SELECT DISTINCT " + std::string(column) + " FROM temp.touched WHERE " +
                             column + " IS NOT NULL",
         soci::into(id));
    query.execute();
    while (query.fetch()) into.push_back(id);
  };
  read("principal", touched.principals);
  read("signer", touched.signers);
  return touched;
}

void Trial::keep() {
  sql_ << "RELEASE trial";
  positions_.pop_back();
}

void Trial::undo() {
  sql_ << "ROLLBACK TO trial";
  sql_ << "RELEASE trial";
  log_.go_back(positions_.back());
  positions_.pop_back();
  signers_.forget();
  watch_.changed();
}

}  // namespace countersign
