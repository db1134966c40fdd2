#include "module/library.h"

#include <utility>

#include "core/exit_gate.h"
#include "core/per_process.h"

namespace countersign::module {
namespace {

constinit PerProcess<Library> libraries;

CK_RV check_arguments(const void* arguments) {
  if (arguments == nullptr) return CKR_OK;
  const auto& given = *static_cast<const CK_C_INITIALIZE_ARGS*>(arguments);
  if (given.pReserved != nullptr) return CKR_ARGUMENTS_BAD;
  const int callbacks = (given.CreateMutex != nullptr) + (given.DestroyMutex != nullptr) +
                        (given.LockMutex != nullptr) + (given.UnlockMutex != nullptr);
  if (callbacks != 0 && callbacks != 4) return CKR_ARGUMENTS_BAD;
  // Only the system's own locks are ever used; callers who forbid them cannot be served.
  if (callbacks == 4 && (given.flags & CKF_OS_LOCKING_OK) == 0) return CKR_CANT_LOCK;
  return CKR_OK;
}

}  // namespace

Library::Library(const Library* /*inherited*/) {}

Library& Library::of_this_process() {
  return libraries.get();
}

CK_RV Library::initialize(const void* arguments) {
  if (const CK_RV checked = check_arguments(arguments); checked != CKR_OK) return checked;
  const std::lock_guard lock(mutex_);
  if (provider_ != nullptr) return CKR_CRYPTOKI_ALREADY_INITIALIZED;
  auto services = make_module_services();
  if (!services) {
    Report("stderr").line(services.error().text());
    return CKR_GENERAL_ERROR;
  }
  ExitGate::watch();
  provider_ = std::make_shared<Provider>(std::move(*services));
  return CKR_OK;
}

CK_RV Library::finalize(const void* reserved) {
  std::shared_ptr<Provider> ended;  // destroyed after the lock is given back
  const std::lock_guard lock(mutex_);
  if (provider_ == nullptr) return CKR_CRYPTOKI_NOT_INITIALIZED;
  if (reserved != nullptr) return CKR_ARGUMENTS_BAD;
  ended = std::exchange(provider_, nullptr);
  return CKR_OK;
}

std::shared_ptr<Provider> Library::provider() const {
  const std::lock_guard lock(mutex_);
  return provider_;
}

}  // namespace countersign::module
