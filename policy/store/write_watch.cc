#include "policy/store/write_watch.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/store/connection.h"

namespace countersign {
namespace {

constexpr std::array<std::string_view, 5> no_rights_in{"counted_signature", "log_record", "meta",
                                                       "request", "response"};

}  // namespace

WriteWatch::WriteWatch(soci::session& sql) : sql_(sql) {
  sqlite_api::sqlite3_update_hook(connection_of(sql_), &WriteWatch::on_write, this);
}

WriteWatch::~WriteWatch() {
  sqlite_api::sqlite3_update_hook(connection_of(sql_), nullptr, nullptr);
}

void WriteWatch::on_write(void* self, int /*operation*/, const char* /*database*/,
                          const char* table, long long /*row*/) {
  if (std::ranges::find(no_rights_in, std::string_view(table)) == no_rights_in.end())
    static_cast<WriteWatch*>(self)->changed();
}

}  // namespace countersign
