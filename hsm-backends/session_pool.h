// Sessions with one token, kept open and lent to one user at a time.
#pragma once

#include <p11-kit/pkcs11.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "hsm-backends/pkcs11_library.h"

namespace countersign::hsm {

/// Read-only sessions (PKCS#11 v3.0 §5.6.1 C_OpenSession) with the token in one slot. One more, the
/// anchor, is never lent: login belongs to the token, and closing the last session ends it.
/// Thread-safe; outlives its leases.
class SessionPool {
 public:
  /// A borrowed session; goes back when it goes. Not thread-safe, like the session itself.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    CK_SESSION_HANDLE handle() const { return handle_; }

    /// Gives the session up after a call on it failed with `value`: it is closed, or forgotten
    /// when it is gone already (its number may be somebody else's by now), and another one is
    /// opened when next needed.
    void discard(CK_RV value);

   private:
    friend class SessionPool;
    Lease(SessionPool& pool, CK_SESSION_HANDLE handle) : pool_(&pool), handle_(handle) {}
    SessionPool* pool_;
    CK_SESSION_HANDLE handle_;
  };

  /// Opens the anchor. At most `size` sessions are lent at once, fewer when the token has fewer.
  static CallResult<std::unique_ptr<SessionPool>> open(std::shared_ptr<const Pkcs11Library> library,
                                                       CK_SLOT_ID slot, unsigned size);

  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;
  ~SessionPool();

  CK_SESSION_HANDLE anchor() const { return anchor_; }

  /// Lends a session; waits without limit while all are lent.
  CallResult<Lease> acquire();

 private:
  SessionPool(std::shared_ptr<const Pkcs11Library> library, CK_SLOT_ID slot, unsigned size,
              CK_SESSION_HANDLE anchor);
  void give_back(CK_SESSION_HANDLE handle);
  void close(CK_SESSION_HANDLE handle);

  const std::shared_ptr<const Pkcs11Library> library_;
  const CK_SLOT_ID slot_;
  const CK_SESSION_HANDLE anchor_;
  std::mutex mutex_;
  std::condition_variable returned_;
  unsigned size_;      ///< most sessions open at once
  unsigned open_ = 0;  ///< lent and idle ones
  std::vector<CK_SESSION_HANDLE> idle_;
  bool gone_ = false;  ///< the library closed our sessions by itself
};

}  // namespace countersign::hsm
