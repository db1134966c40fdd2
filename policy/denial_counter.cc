#include "policy/denial_counter.h"

namespace countersign {
namespace {

constexpr Milliseconds window = std::chrono::minutes(1);
/// What comes beyond so many kinds is counted as one more kind.
constexpr std::size_t most_kinds = 10'000;

std::string kind_of(const LogEntry& denial, const std::string& reason) {
  return denial.kind + "\n" + std::to_string(denial.account.value_or(0)) + "\n" +
         std::to_string(denial.signer.value_or(0)) + "\n" + reason;
}

}  // namespace

bool DenialCounter::is_first(const LogEntry& denial, const std::string& reason, Time now) {
  std::string kind = kind_of(denial, reason);
  if (counts_.size() >= most_kinds && !counts_.contains(kind)) kind = "many";
  const auto [entry, added] = counts_.try_emplace(std::move(kind));
  if (added) {
    entry->second = {denial, 0, now + window};
    return true;
  }
  ++entry->second.more;
  return false;
}

std::vector<LogEntry> DenialCounter::take_due(Time now, bool everything) {
  std::vector<LogEntry> due;
  for (auto entry = counts_.begin(); entry != counts_.end();) {
    Count& count = entry->second;
    if (!everything && now < count.until) {
      ++entry;
      continue;
    }
    if (count.more > 0) {
      LogEntry summary = std::move(count.first);
      summary.kind = record_kind::denied_again;
      summary.operation.clear();
      summary.facts.clear();
      summary.data.emplace_back("times", std::to_string(count.more));
      due.push_back(std::move(summary));
    }
    entry = counts_.erase(entry);
  }
  return due;
}

}  // namespace countersign
