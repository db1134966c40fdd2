// Faults that a test asks hsm_faulty_library for, wherever that is loaded.
#pragma once

#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace countersign::hsm {

/// The functions in which it can hang, crash or exit.
enum FaultyFunction : std::uint64_t {
  in_none,
  in_initialize,
  in_login,
  in_sign_init,
  in_sign  ///< after it has signed
};

/// One word for each thing a token may do wrong; all are 0, off, at first. Test and library share
/// them through a file. tests/support/faults.py names them in the same order.
struct Faults {
  using Word = std::atomic<std::uint64_t>;

  Word login;           ///< what C_Login returns, the token not asked
  Word sign_init;       ///< likewise
  Word sign;            ///< what C_Sign returns after it has signed
  Word search;          ///< what C_FindObjectsInit returns
  Word lasting;         ///< so many calls fail by the words above or crash; then all is well
  Word hang;            ///< a FaultyFunction that does not return while this stands
  Word crash;           ///< a FaultyFunction that ends the process with a signal
  Word exit;            ///< a FaultyFunction that ends the process with exit()
  Word flags;           ///< added to the token's own
  Word sessions;        ///< most sessions open at once; 0 for the token's own bound
  Word handle_shift;    ///< between the handles of objects that are told and the real ones
  Word may_not_sign;    ///< CKA_SIGN of every key is false
  Word hidden_modulus;  ///< private keys do not show CKA_MODULUS
  Word wrong_signature;
  Word short_signature;
  Word long_signature;

  Word logins;           ///< calls of C_Login so far
  Word sign_calls;       ///< calls of C_Sign so far
  Word open_sessions;    ///< now
  Word most_at_once;     ///< most calls of C_Sign that ran at the same time
  Word initialisations;  ///< calls of C_Initialize so far

  // The process as C_Initialize found it.
  Word process;                          ///< its number
  Word descriptors;                      ///< open files
  Word death_signal;                     ///< PR_GET_PDEATHSIG
  Word dumpable;                         ///< PR_GET_DUMPABLE
  Word core_limit;                       ///< of both RLIMIT_CORE, the larger
  Word signals;                          ///< blocked ones and those with a disposition
  Word gateway_variables;                ///< in the environment, that only the gateway should see
  std::array<char, 256> init_arguments;  ///< what C_Initialize was given as pReserved
};

/// The environment's name for the file, and for the real library behind.
inline constexpr const char* faults_variable = "FAULTY_LIBRARY_FAULTS";
inline constexpr const char* real_library_variable = "FAULTY_LIBRARY_REAL";

/// The faults in the file that the environment names, made when missing; null without one.
inline Faults* map_faults() {
  const char* const path = std::getenv(faults_variable);
  const int file = path == nullptr ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return nullptr;
  void* const mapped =
      ftruncate(file, sizeof(Faults)) == 0
          ? mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
          : MAP_FAILED;
  close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<Faults*>(mapped);
}

}  // namespace countersign::hsm
