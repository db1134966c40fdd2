// The state of the library in this process: initialised or not, and by which side of a fork.
#pragma once

#include <memory>
#include <mutex>

#include "module/pkcs11.h"
#include "module/provider.h"

namespace countersign::module {

/// One for each process. A forked child gets a new one, not initialised; what it inherited is
/// left alone (PKCS#11 v2.40 usage guide §2.5.2; core/per_process.h). Thread-safe.
class Library {
 public:
  explicit Library(const Library* inherited);

  /// The library of the running process.
  static Library& of_this_process();

  /// C_Initialize (§5.4). Contacts nobody. Returns CKR_OK, CKR_ARGUMENTS_BAD, CKR_CANT_LOCK,
  /// CKR_CRYPTOKI_ALREADY_INITIALIZED, or CKR_GENERAL_ERROR with the reason on stderr when the
  /// configuration cannot be used.
  CK_RV initialize(const void* arguments);

  /// C_Finalize (§5.4). Calls still running in other threads end as if it had come after them.
  CK_RV finalize(const void* reserved);

  /// The provider, to be held as long as it is used; null when not initialised.
  std::shared_ptr<Provider> provider() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Provider> provider_;
};

}  // namespace countersign::module
