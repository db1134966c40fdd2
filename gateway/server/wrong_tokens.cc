#include "gateway/server/wrong_tokens.h"

#include <algorithm>

namespace countersign::server {
namespace {

constexpr std::size_t most_remembered = 10'000;

}  // namespace

Milliseconds WrongTokens::note(std::uint32_t user, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (records_.size() >= most_remembered)
    std::erase_if(records_, [now](const auto& entry) { return now - entry.second.last > memory; });
  if (records_.size() >= most_remembered && !records_.contains(user)) return longest_wait;
  Record& record = records_[user];
  const bool again = record.wait.count() > 0 && now - record.last <= memory;
  record.wait = again ? std::min(record.wait * 2, longest_wait) : first_wait;
  record.last = now;
  return record.wait;
}

}  // namespace countersign::server
