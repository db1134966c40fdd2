#include "gateway/server/fork_gate.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "core/per_process.h"

namespace countersign::server {
namespace {

constexpr std::chrono::seconds longest_wait{10};

constinit PerProcess<ForkGate> gates;
pthread_once_t fork_watch = PTHREAD_ONCE_INIT;

/// How many passages this thread is in: a token library may fork in the middle of one.
thread_local int depth = 0;

void before_fork() {
  ForkGate* const gate = gates.peek();
  if (gate != nullptr && depth == 0) gate->shut();
}

void after_fork_in_parent() {
  ForkGate* const gate = gates.peek();
  if (gate != nullptr && depth == 0) gate->reopen();
}

void watch_forks() {
  pthread_atfork(before_fork, after_fork_in_parent, nullptr);
}

}  // namespace

ForkGate::ForkGate(const ForkGate* inherited)
    : spoiled_(inherited != nullptr && (inherited->spoiled_ || inherited->inside_ > 0)) {}

ForkGate& ForkGate::of_this_process() {
  pthread_once(&fork_watch, watch_forks);
  return gates.get();
}

void ForkGate::add(Closes& closes) {
  const std::lock_guard lock(mutex_);
  closed_for_forks_.push_back(&closes);
}

void ForkGate::remove(Closes& closes) {
  const std::lock_guard lock(mutex_);
  std::erase(closed_for_forks_, &closes);
}

void ForkGate::shut() {
  std::unique_lock lock(mutex_);
  ++forks_;
  changed_.wait_for(lock, longest_wait, [this] { return inside_ == 0; });
  if (inside_ > 0) return;
  for (Closes* const each : closed_for_forks_) each->close_for_fork();
}

void ForkGate::reopen() {
  {
    const std::lock_guard lock(mutex_);
    --forks_;
  }
  changed_.notify_all();
}

ForkGate::Passage::Passage(ForkGate& gate) : gate_(gate) {
  std::unique_lock lock(gate_.mutex_);
  if (depth == 0) gate_.changed_.wait(lock, [this] { return gate_.forks_ == 0; });
  ++depth;
  ++gate_.inside_;
}

ForkGate::Passage::~Passage() {
  {
    const std::lock_guard lock(gate_.mutex_);
    --depth;
    --gate_.inside_;
  }
  gate_.changed_.notify_all();
}

}  // namespace countersign::server
