#include "module/session_table.h"

namespace countersign::module {

CK_SESSION_HANDLE SessionTable::open(CK_SLOT_ID slot, bool read_write) {
  auto session = std::make_shared<Session>(slot, read_write);
  const CK_SESSION_HANDLE handle = handles_.next();
  const std::lock_guard lock(mutex_);
  sessions_.emplace(handle, std::move(session));
  return handle;
}

std::shared_ptr<Session> SessionTable::find(CK_SESSION_HANDLE handle) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(handle);
  return found == sessions_.end() ? nullptr : found->second;
}

CK_RV SessionTable::close(CK_SESSION_HANDLE handle) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(handle);
  if (found == sessions_.end()) return CKR_SESSION_HANDLE_INVALID;
  const CK_SLOT_ID slot = found->second->slot;
  sessions_.erase(found);
  log_out_if_unused(slot);
  return CKR_OK;
}

void SessionTable::close_all(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [slot](const auto& entry) { return entry.second->slot == slot; });
  log_out_if_unused(slot);
}

SessionCounts SessionTable::count(CK_SLOT_ID slot) const {
  const std::lock_guard lock(mutex_);
  return count_locked(slot);
}

SessionCounts SessionTable::count_locked(CK_SLOT_ID slot) const {
  SessionCounts counts;
  for (const auto& [handle, session] : sessions_) {
    if (session->slot != slot) continue;
    ++counts.all;
    if (session->read_write) ++counts.read_write;
  }
  return counts;
}

void SessionTable::log_out_if_unused(CK_SLOT_ID slot) {
  if (count_locked(slot).all == 0) logged_in_.erase(slot);
}

void SessionTable::log_in(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  barred_.erase(slot);
  logged_in_.insert(slot);
}

void SessionTable::bar(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  barred_.insert(slot);
}

CK_RV SessionTable::log_out(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  return logged_in_.erase(slot) == 0 ? CKR_USER_NOT_LOGGED_IN : CKR_OK;
}

bool SessionTable::logged_in(CK_SLOT_ID slot) const {
  const std::lock_guard lock(mutex_);
  return logged_in_.contains(slot);
}

bool SessionTable::barred(CK_SLOT_ID slot) const {
  const std::lock_guard lock(mutex_);
  return barred_.contains(slot);
}

}  // namespace countersign::module
