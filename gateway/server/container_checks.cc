#include "gateway/server/container_checks.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "core/encoding.h"

namespace countersign::server {
namespace {

/// The clock may be set meanwhile, and a store that failed may be back.
constexpr Milliseconds longest_sleep = std::chrono::minutes(10);

struct Looking {
  std::vector<KeyCheck> seen;
  std::atomic<std::size_t> left;
  ContainerChecks::Done done;

  void finish_one() {
    if (--left == 0) done(std::move(seen));
  }
};

std::string state_of(const Result<PublicKey>& found, const std::string& fingerprint) {
  if (!found) return found.error().code;
  return to_hex(found->fingerprint()) == fingerprint ? key_matches : "key_mismatch";
}

struct DueContainer {
  ContainerId id;
  std::vector<ContainerKey> keys;
};

}  // namespace

void ContainerChecks::look(const std::vector<ContainerKey>& keys, Done done) {
  if (keys.empty()) return done({});
  const auto looking = std::make_shared<Looking>();
  looking->left = keys.size();
  looking->done = std::move(done);
  for (const ContainerKey& each : keys) looking->seen.push_back({each.id, ""});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto job = [looking, i, key = keys[i]](hsm::Token& token) {
      looking->seen[i].state = state_of(token.find_key(key.uri), key.fingerprint);
      looking->finish_one();
    };
    if (auto queued = tokens_.run(keys[i].token, job); !queued) {
      looking->seen[i].state = queued.error().code;
      looking->finish_one();
    }
  }
}

Milliseconds ContainerChecks::check_due() {
  std::vector<DueContainer> due;
  Milliseconds pause = longest_sleep;
  const Status read = store_.run([&](Transaction& transaction) -> Status {
    for (Container& each : transaction.containers.due(transaction.now)) {
      due.push_back({each.id, transaction.containers.keys(each.id)});
      each.due = transaction.now + each.every;
      transaction.containers.change(each);
    }
    if (const auto next = transaction.containers.next_due())
      pause = std::min(pause, std::chrono::ceil<Milliseconds>(*next - transaction.now));
    return {};
  });
  if (!read) return longest_sleep;
  for (const DueContainer& each : due)
    look(each.keys, [this, id = each.id](const std::vector<KeyCheck>& seen) {
      store_.post_unhurried(
          [id, seen](Transaction& transaction) -> Status {
            record_container_check(transaction, nullptr, id, seen);
            return {};
          },
          [](const Status&) {});
    });
  return pause;
}

void ContainerChecks::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    const Milliseconds pause = check_due();
    lock.lock();
    changed_.wait_for(lock, pause, [this] { return woken_ || stopping_; });
  }
}

void ContainerChecks::start() {
  thread_ = std::thread([this] { run(); });
}

void ContainerChecks::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void ContainerChecks::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace countersign::server
