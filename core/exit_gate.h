// Lets a process exit only when no other thread is in the midst of what exit takes apart.
#pragma once

#include <atomic>
#include <thread>

namespace countersign {

/// exit(3) has OpenSSL and token libraries take themselves apart, whatever other threads of a host
/// do with them at that moment. So exit waits until no call is within the gate, at most ten
/// seconds, and calls that come later are turned away. Never waits for a lock. Thread-safe.
class ExitGate {
 public:
  /// The gate of the running process.
  static ExitGate& of_this_process();
  /// Also has OpenSSL not take itself apart at all, unless the host has used it before.
  explicit ExitGate(const ExitGate* inherited);

  /// From now on exit waits. To be called again when a library is loaded that it waits for: what
  /// was registered last with atexit(3) is done first.
  static void watch();

  /// A call on its way through the gate. One that is made within another is part of it.
  class Passage {
   public:
    Passage();
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage();

    /// Whether libraries may be used: not once the process exits, so it is to be asked again after
    /// an Away.
    bool granted() const { return outer_ != nullptr ? outer_->granted() : inside_; }

   private:
    friend class ExitGate;
    friend class Away;
    bool enter();
    void leave();

    ExitGate& gate_;
    Passage* const outer_;
    bool inside_ = false;
  };

  /// A time in which the calling thread only waits: exit does not wait for it. Nothing but a
  /// waiting of its own when the thread is in no passage.
  class Away {
   public:
    Away();
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;
    /// The passage is no longer granted when exit has begun meanwhile.
    ~Away();

   private:
    Passage* const passage_;
  };

  /// Whether the calling thread is in a passage that is not granted, or not any more.
  static bool turned_away();

  /// For the handler of exit.
  void shut();

 private:
  static thread_local Passage* passage_of_this_thread_;

  std::atomic<int> inside_{0};
  std::atomic<bool> exiting_{false};
};

}  // namespace countersign
