// Small helpers for the tables' prepared statements.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <optional>

#include "core/clock.h"

namespace countersign {

/// SOCI binds `long long`; absent numbers are stored as 0, which no id or time is.
using Column = long long;

inline std::optional<std::int64_t> optional_id(Column value) {
  return value == 0 ? std::nullopt : std::optional<std::int64_t>(value);
}

inline std::optional<Time> optional_time(Column ms) {
  return ms == 0 ? std::nullopt : std::optional(from_unix_ms(ms));
}

inline Column column_of(const std::optional<Time>& time) {
  return time ? to_unix_ms(*time) : 0;
}

/// Runs a prepared query that matches one row at most. Steps past the row, because an unfinished
/// query would keep the database's write-ahead log from being taken over.
inline bool fetch_one(soci::statement& statement) {
  if (!statement.execute(true)) return false;
  while (statement.fetch()) {
  }
  return true;
}

}  // namespace countersign
