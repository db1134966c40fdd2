// The C boundary: what every exported function does before and after its own work.
#pragma once

#include <openssl/err.h>
#include <pthread.h>

#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <utility>

#include "core/exit_gate.h"
#include "module/library.h"

namespace countersign::module {

/// Leaves the calling thread as it was: OpenSSL errors made here are dropped and the host's own
/// kept, and a host that cancels the thread does so only after the call.
class CallerShielded {
 public:
  CallerShielded() {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state_);
    if (passage_.granted()) ERR_set_mark();
  }
  CallerShielded(const CallerShielded&) = delete;
  CallerShielded& operator=(const CallerShielded&) = delete;
  ~CallerShielded() {
    if (passage_.granted()) ERR_pop_to_mark();
    pthread_setcancelstate(cancel_state_, nullptr);
  }

  bool process_exits() const { return !passage_.granted(); }

 private:
  const ExitGate::Passage passage_;
  int cancel_state_ = PTHREAD_CANCEL_ENABLE;
};

/// Runs `body`; nothing thrown passes. Returns what it returns, CKR_HOST_MEMORY or
/// CKR_GENERAL_ERROR; once the process exits, CKR_CRYPTOKI_NOT_INITIALIZED.
template <class Body>
CK_RV guarded(Body&& body) noexcept {
  const CallerShielded shielded;
  if (shielded.process_exits()) return CKR_CRYPTOKI_NOT_INITIALIZED;
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return CKR_HOST_MEMORY;
  } catch (const std::length_error&) {  // more than a container ever holds was asked for
    return CKR_HOST_MEMORY;
  } catch (...) {
    return CKR_GENERAL_ERROR;
  }
}

/// Runs body(Provider&), or answers CKR_CRYPTOKI_NOT_INITIALIZED.
template <class Body>
CK_RV with_provider(Body&& body) noexcept {
  return guarded([&]() -> CK_RV {
    const std::shared_ptr<Provider> provider = Library::of_this_process().provider();
    if (provider == nullptr) return CKR_CRYPTOKI_NOT_INITIALIZED;
    return body(*provider);
  });
}

/// Runs body(Provider&, Session&, shared_ptr<const Token>) for an open session whose token is
/// there; otherwise CKR_SESSION_HANDLE_INVALID or CKR_DEVICE_REMOVED.
template <class Body>
CK_RV with_session(CK_SESSION_HANDLE handle, Body&& body) noexcept {
  return with_provider([&](Provider& provider) -> CK_RV {
    const std::shared_ptr<Session> session = provider.sessions().find(handle);
    if (session == nullptr) return CKR_SESSION_HANDLE_INVALID;
    std::shared_ptr<const Token> token = provider.slots().known_token(session->slot);
    if (token == nullptr) return CKR_DEVICE_REMOVED;
    return body(provider, *session, std::move(token));
  });
}

/// As above, with the session's operations held for this call alone.
template <class Body>
CK_RV with_locked_session(CK_SESSION_HANDLE handle, Body&& body) noexcept {
  return with_session(
      handle,
      [&](Provider& provider, Session& session, std::shared_ptr<const Token> token) -> CK_RV {
        const std::lock_guard lock(session.mutex);
        return body(provider, session, std::move(token));
      });
}

/// The answer of a function that this token does not serve; changes nothing.
inline CK_RV not_served(CK_SESSION_HANDLE handle) noexcept {
  return with_session(
      handle, [](Provider&, Session&, const auto&) -> CK_RV { return CKR_FUNCTION_NOT_SUPPORTED; });
}

}  // namespace countersign::module
