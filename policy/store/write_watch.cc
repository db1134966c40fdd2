#include "policy/store/write_watch.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/store/connection.h"

namespace countersign {
namespace {

constexpr std::string_view request_table = "request";
constexpr std::array no_rights_in{std::string_view("counted_signature"),
                                  std::string_view("log_record"),
                                  std::string_view("meta"),
                                  request_table,
                                  std::string_view("request_digest"),
                                  std::string_view("response")};

}  // namespace

WriteWatch::WriteWatch(soci::session& sql) : sql_(sql) {
  sqlite_api::sqlite3_update_hook(connection_of(sql_), &WriteWatch::on_write, this);
}

WriteWatch::~WriteWatch() {
  sqlite_api::sqlite3_update_hook(connection_of(sql_), nullptr, nullptr);
}

void WriteWatch::on_write(void* self, int /*operation*/, const char* /*database*/,
                          const char* table, long long /*row*/) {
  auto* const watch = static_cast<WriteWatch*>(self);
  const std::string_view name = table;
  if (name == request_table) ++watch->requests_;
  if (std::ranges::find(no_rights_in, name) == no_rights_in.end()) ++watch->rights_;
}

}  // namespace countersign
