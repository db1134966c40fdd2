// Counts the statements that SQLite runs in this process.
#pragma once

#include <cstdint>

namespace countersign::test {

/// Has every database that is opened from now on counted. Once a process is enough.
void count_statements();
/// So many were begun since.
std::int64_t statements_run();

}  // namespace countersign::test
