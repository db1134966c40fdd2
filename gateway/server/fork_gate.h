// Keeps forks and exits of a host process apart from its calls to store and tokens.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace countersign::server {

/// SQLite keeps in the memory of the process which locks it has on a file, and token libraries have
/// locks of their own: a child that was forked in the middle of a call would inherit a state that
/// is not its own and never ends. So fork(2) waits until no call is under way, at most ten seconds,
/// and what must not be open in a child is closed before. exit(3) waits likewise, for token
/// libraries take themselves apart then; other threads' calls never return after that. Calls that
/// come meanwhile wait. Thread-safe.
class ForkGate {
 public:
  /// Something that is closed before a fork, and opened again when it is next used.
  class Closes {
   public:
    virtual void close_for_fork() = 0;

   protected:
    ~Closes() = default;
  };

  /// The gate of the running process.
  static ForkGate& of_this_process();
  explicit ForkGate(const ForkGate* inherited);

  /// Whether store and tokens may be used: not when this process was forked in the middle of a
  /// call all the same, and not by what runs during exit.
  bool usable();

  /// From now on exit waits too. Called when the libraries that it waits for are loaded: what was
  /// registered last with atexit(3) is done first.
  void watch_exit();
  /// Whether the process is exiting: what others may still use is then left as it is.
  bool exiting();

  void add(Closes& closes);
  void remove(Closes& closes);

  /// A call on its way through the gate.
  class Passage {
   public:
    explicit Passage(ForkGate& gate);
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage();

   private:
    ForkGate& gate_;
  };

  // For the handlers of fork and exit.
  void shut();
  void reopen();
  void shut_for_exit();

 private:
  void wait_until_quiet(std::unique_lock<std::mutex>& lock);

  const bool spoiled_;  ///< forked in the middle of a call
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;  ///< calls under way
  int forks_ = 0;   ///< forks under way
  bool exiting_ = false;
  std::thread::id exiting_thread_;
  std::vector<Closes*> closed_for_forks_;
};

}  // namespace countersign::server
