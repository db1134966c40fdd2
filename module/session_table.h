// The open sessions, and who is logged in: a login belongs to the token, not to a session.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>

#include "module/handle_source.h"
#include "module/pkcs11.h"
#include "module/session.h"
#include "module/token.h"

namespace countersign::module {

/// Thread-safe. A session that is closed while another thread uses it lives until that call ends.
class SessionTable {
 public:
  /// `handles` must outlive the table.
  explicit SessionTable(HandleSource& handles) : handles_(handles) {}

  CK_SESSION_HANDLE open(CK_SLOT_ID slot, bool read_write);
  /// Null when there is no such session.
  std::shared_ptr<Session> find(CK_SESSION_HANDLE handle) const;
  /// Closing the last session of a slot logs out (§5.6.2). Returns CKR_OK or
  /// CKR_SESSION_HANDLE_INVALID.
  CK_RV close(CK_SESSION_HANDLE handle);
  void close_all(CK_SLOT_ID slot);
  SessionCounts count(CK_SLOT_ID slot) const;

  /// Notes a good login, for all sessions of the slot.
  void log_in(CK_SLOT_ID slot);
  /// Notes a wrong PIN, which bars the slot from signing until a good login.
  void bar(CK_SLOT_ID slot);
  /// Returns CKR_OK or CKR_USER_NOT_LOGGED_IN.
  CK_RV log_out(CK_SLOT_ID slot);
  bool logged_in(CK_SLOT_ID slot) const;
  bool barred(CK_SLOT_ID slot) const;

 private:
  void log_out_if_unused(CK_SLOT_ID slot);
  SessionCounts count_locked(CK_SLOT_ID slot) const;

  HandleSource& handles_;
  mutable std::mutex mutex_;
  std::map<CK_SESSION_HANDLE, std::shared_ptr<Session>> sessions_;
  std::set<CK_SLOT_ID> logged_in_;
  std::set<CK_SLOT_ID> barred_;
};

}  // namespace countersign::module
