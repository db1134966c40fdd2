// A PKCS#11 library of some vendor, loaded and initialised once in this process.
#pragma once

#include <p11-kit/pkcs11.h>

#include <memory>
#include <mutex>
#include <string>

#include "core/result.h"
#include "hsm-backends/token_config.h"

namespace countersign::hsm {

/// A failed call, with the code that decides what can be done about it.
struct CallFailure {
  Error error;
  CK_RV value = CKR_OK;  ///< CKR_OK when no call failed but its answer was useless
};

template <class T>
using CallResult = tl::expected<T, CallFailure>;

/// One user's hold on a library. All holds on the same library share it: it is opened and
/// initialised by the first one and finalised by the last, unless somebody else in the process had
/// initialised it before (PKCS#11 v3.0 §5.4). It is never unloaded: many do not survive that. A
/// forked child starts anew and leaves its parent's holds alone. Thread-safe.
class Pkcs11Library {
 public:
  /// Opens `config.library`, passing `config.init_arguments` as pReserved of C_Initialize and
  /// asking for the locking of the operating system. CKR_GENERAL_ERROR is tried again for some
  /// 0.6 s. Initialises again a library that somebody finalised meanwhile. Errors: those of
  /// check_trusted(); `token_down` with path and CKR name.
  static Result<std::shared_ptr<const Pkcs11Library>> open(const TokenConfig& config);

  Pkcs11Library(const Pkcs11Library&) = delete;
  Pkcs11Library& operator=(const Pkcs11Library&) = delete;
  ~Pkcs11Library();

  /// Calls `(list->*function)(arguments…)`, one at a time when the library needs it:
  /// `library.call(&CK_FUNCTION_LIST::C_SignInit, session, &mechanism, key)`.
  template <class... Parameters, class... Arguments>
  CK_RV call(CK_RV (*CK_FUNCTION_LIST::*function)(Parameters...), Arguments... arguments) const {
    std::unique_lock<std::mutex> guard(one_call_, std::defer_lock);
    if (serialise_) guard.lock();
    return (functions_.*function)(arguments...);
  }

  const std::string& path() const { return path_; }

  /// What to say when `function` of this library returned `value`: `token_down`, retryable.
  CallFailure failure(const char* function, CK_RV value) const;

 private:
  struct Loaded;  // what all holds on a library share
  struct Registry;
  Pkcs11Library(std::string path, Registry& registry, Loaded& loaded, bool serialise);

  std::string path_;
  Registry& registry_;
  Loaded& loaded_;
  const CK_FUNCTION_LIST& functions_;
  std::mutex& one_call_;
  bool serialise_;
};

}  // namespace countersign::hsm
