// State that belongs to one process, although a fork copies all memory.
#pragma once

#include <atomic>

namespace countersign {

/// How many forks led to this process since the first call. All that is done in a forked child
/// before it runs on is to count, which is all that may safely be done there. Thread-safe.
unsigned fork_generation();

/// One T for each process, made when first asked for, with a pointer to what the parent had (null
/// when there was none). A forked child gets a new one; what it inherited, locks included, is never
/// waited for, never changed and never freed, because other threads of the parent may have been at
/// work on it. Never destroyed, so that no destructor runs at exit. Thread-safe.
template <class T>
class PerProcess {
 public:
  constexpr PerProcess() = default;

  T& get() {
    const unsigned now = fork_generation();
    Instance* instance = current_.load(std::memory_order_acquire);
    while (instance == nullptr || instance->generation != now) {
      auto* const fresh = new Instance(now, instance);
      if (current_.compare_exchange_strong(instance, fresh)) return fresh->value;
      delete fresh;  // another thread was faster
    }
    return instance->value;
  }

  /// The one of this process, or null while nobody has asked for it.
  T* peek() const {
    Instance* const instance = current_.load(std::memory_order_acquire);
    const bool ours = instance != nullptr && instance->generation == fork_generation();
    return ours ? &instance->value : nullptr;
  }

 private:
  struct Instance {
    Instance(unsigned now, Instance* before)
        : generation(now), inherited(before), value(before == nullptr ? nullptr : &before->value) {}
    const unsigned generation;
    [[maybe_unused]] Instance* const
        inherited;  ///< keeps what a fork left behind reachable, for leak checkers
    T value;
  };
  std::atomic<Instance*> current_{nullptr};
};

}  // namespace countersign
