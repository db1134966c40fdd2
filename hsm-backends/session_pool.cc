#include "hsm-backends/session_pool.h"

#include <utility>

namespace countersign::hsm {
namespace {

CK_RV open_session(const Pkcs11Library& library, CK_SLOT_ID slot, CK_SESSION_HANDLE* handle) {
  return library.call(&CK_FUNCTION_LIST::C_OpenSession, slot, CK_FLAGS{CKF_SERIAL_SESSION},
                      static_cast<void*>(nullptr), static_cast<CK_NOTIFY>(nullptr), handle);
}

bool is_gone(CK_RV value) {
  return value == CKR_SESSION_HANDLE_INVALID || value == CKR_SESSION_CLOSED ||
         value == CKR_CRYPTOKI_NOT_INITIALIZED || value == CKR_DEVICE_REMOVED;
}

}  // namespace

SessionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), handle_(other.handle_) {}

SessionPool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->give_back(handle_);
}

void SessionPool::Lease::discard(CK_RV value) {
  SessionPool& pool = *std::exchange(pool_, nullptr);
  const std::lock_guard guard(pool.mutex_);
  if (is_gone(value))
    pool.gone_ = true;
  else
    pool.close(handle_);
  --pool.open_;
  pool.returned_.notify_one();
}

CallResult<std::unique_ptr<SessionPool>> SessionPool::open(
    std::shared_ptr<const Pkcs11Library> library, CK_SLOT_ID slot, unsigned size) {
  CK_SESSION_HANDLE anchor = 0;
  const CK_RV value = open_session(*library, slot, &anchor);
  if (value != CKR_OK) return tl::unexpected(library->failure("C_OpenSession", value));
  return std::unique_ptr<SessionPool>(new SessionPool(std::move(library), slot, size, anchor));
}

SessionPool::SessionPool(std::shared_ptr<const Pkcs11Library> library, CK_SLOT_ID slot,
                         unsigned size, CK_SESSION_HANDLE anchor)
    : library_(std::move(library)), slot_(slot), anchor_(anchor), size_(size) {}

SessionPool::~SessionPool() {
  if (gone_) return;
  for (const CK_SESSION_HANDLE handle : idle_) close(handle);
  close(anchor_);
}

CallResult<SessionPool::Lease> SessionPool::acquire() {
  std::unique_lock guard(mutex_);
  while (true) {
    if (!idle_.empty()) {
      const CK_SESSION_HANDLE handle = idle_.back();
      idle_.pop_back();
      return Lease(*this, handle);
    }
    if (open_ < size_) {
      CK_SESSION_HANDLE handle = 0;
      const CK_RV value = open_session(*library_, slot_, &handle);
      if (value == CKR_OK) {
        ++open_;
        return Lease(*this, handle);
      }
      if (value != CKR_SESSION_COUNT || open_ == 0)
        return tl::unexpected(library_->failure("C_OpenSession", value));
      size_ = open_;  // the token has no more to give
    }
    returned_.wait(guard);
  }
}

void SessionPool::give_back(CK_SESSION_HANDLE handle) {
  const std::lock_guard guard(mutex_);
  idle_.push_back(handle);
  returned_.notify_one();
}

void SessionPool::close(CK_SESSION_HANDLE handle) {
  library_->call(&CK_FUNCTION_LIST::C_CloseSession, handle);
}

}  // namespace countersign::hsm
