#include "tests/policy/statement_counter.h"

#include <sqlite3.h>

#include <atomic>

namespace countersign::test {
namespace {

std::atomic<std::int64_t> count{0};

int on_statement(unsigned, void*, void*, void*) {
  ++count;
  return 0;
}

int on_open(sqlite3* database, char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, on_statement, nullptr);
}

}  // namespace

void count_statements() {
  // SQLite wants the entry point of an extension in this disguise.
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(on_open));
}

std::int64_t statements_run() {
  return count;
}

}  // namespace countersign::test
