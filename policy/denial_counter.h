// Keeps repeated identical denials from filling the log: the first is recorded at once, the rest
// as one later record with their count.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/clock.h"
#include "policy/model/log_record.h"

namespace countersign {

/// Not thread-safe.
class DenialCounter {
 public:
  /// Whether this denial is the first of its kind within the last minute and so to be recorded
  /// now. Denials are of one kind when kind of record, account, signer and `reason` are the same:
  /// nothing in it may be of the caller's choice, or he could fill the log.
  bool is_first(const LogEntry& denial, const std::string& reason, Time now);

  /// The summaries that are due at `now` (all of them with `everything`); each is returned once.
  std::vector<LogEntry> take_due(Time now, bool everything);

  /// Whether take_due() may have something to give, now or later.
  bool pending() const { return !counts_.empty(); }

  void forget() { counts_.clear(); }

 private:
  struct Count {
    LogEntry first;
    std::int64_t more = 0;
    Time until;
  };
  std::map<std::string, Count> counts_;
};

}  // namespace countersign
