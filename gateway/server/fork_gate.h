// Keeps forks of a host process apart from its calls to store and tokens.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

namespace countersign::server {

/// SQLite keeps in the memory of the process which locks it has on a file, and token libraries have
/// locks of their own: a child that was forked in the middle of a call would inherit a state that
/// is not its own and never ends. So fork(2) waits until no call is under way, at most ten seconds,
/// and what must not be open in a child is closed before. Calls that come meanwhile wait.
/// Thread-safe.
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
  /// call all the same.
  bool usable() const { return !spoiled_; }

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

  // For the handlers of fork.
  void shut();
  void reopen();

 private:
  const bool spoiled_;  ///< forked in the middle of a call
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;  ///< calls under way
  int forks_ = 0;   ///< forks under way
  std::vector<Closes*> closed_for_forks_;
};

}  // namespace countersign::server
