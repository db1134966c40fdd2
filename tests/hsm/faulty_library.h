// Faults that a test asks hsm_faulty_library for.
#pragma once

#include <p11-kit/pkcs11.h>

#include <atomic>
#include <string>

namespace countersign::hsm {

/// One fault for each thing a token may do; all are off at first.
struct Faults {
  std::atomic<CK_RV> login{CKR_OK};      ///< what C_Login returns, the token not asked
  std::atomic<CK_RV> sign_init{CKR_OK};  ///< likewise
  std::atomic<CK_RV> sign{CKR_OK};       ///< what C_Sign returns after it has signed
  std::atomic<CK_RV> search{CKR_OK};     ///< what C_FindObjectsInit returns
  std::atomic<int> lasting{0};           ///< so many calls fail; then all is well
  std::atomic<CK_FLAGS> flags{0};        ///< added to the token's own
  std::atomic<unsigned> sessions{0};  ///< most sessions open at once; 0 for the token's own bound
  std::atomic<bool> may_not_sign{false};         ///< CKA_SIGN of every key is false
  std::atomic<bool> always_authenticate{false};  ///< CKA_ALWAYS_AUTHENTICATE of every key is true
  std::atomic<bool> hidden_modulus{false};       ///< private keys do not show CKA_MODULUS
  std::atomic<bool> wrong_signature{false};
  std::atomic<bool> short_signature{false};

  std::atomic<int> logins{0};      ///< calls of C_Login so far
  std::atomic<int> sign_calls{0};  ///< calls of C_Sign so far
  std::atomic<int> open_sessions{0};
  std::atomic<int> most_at_once{0};  ///< most calls of C_Sign that ran at the same time
  std::string init_arguments;        ///< what C_Initialize was given as pReserved
};

/// The library's own, exported under this name.
using GetFaults = Faults* (*)();
inline constexpr const char* get_faults_symbol = "hsm_test_faults";

}  // namespace countersign::hsm
