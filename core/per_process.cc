#include "core/per_process.h"

#include <pthread.h>

namespace countersign {
namespace {

constinit std::atomic<unsigned> generation{0};
pthread_once_t fork_watch = PTHREAD_ONCE_INIT;

void watch_forks() {
  pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_release); });
}

}  // namespace

unsigned fork_generation() {
  pthread_once(&fork_watch, watch_forks);
  return generation.load(std::memory_order_acquire);
}

}  // namespace countersign
