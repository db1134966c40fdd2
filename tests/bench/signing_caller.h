// A PKCS#11 application that signs as fast as it is let, and notes how long each signature took.
#pragma once

#include <p11-kit/pkcs11.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace countersign::bench {

struct Target {
  std::string module;              ///< path of the PKCS#11 library
  std::string token;               ///< label
  std::string key;                 ///< CKA_LABEL of the private key
  std::optional<std::string> pin;  ///< to log in with; nothing for none
  bool ecdsa = false;              ///< CKM_ECDSA over 32 bytes, else CKM_RSA_PKCS over a DigestInfo
};

/// One process's use of one module: a session and a key. Every failure ends the process with a
/// line on stderr: a benchmark that goes on after one measures nothing.
class SigningCaller {
 public:
  explicit SigningCaller(const Target& target);

  /// One signature over input that no earlier call had; how long it took.
  std::chrono::nanoseconds sign_once();

  /// Signs until `end` on the steady clock; the nanoseconds of each signature.
  std::vector<std::uint32_t> sign_until(std::chrono::steady_clock::time_point end);

 private:
  /// From C_Initialize to a session that may sign.
  CK_RV start(const Target& target);
  CK_RV open_session(CK_SLOT_ID slot, std::optional<std::string> pin);
  void find_key(const std::string& label);
  void next_input();

  CK_FUNCTION_LIST_PTR module_ = nullptr;
  CK_SESSION_HANDLE session_ = 0;
  CK_OBJECT_HANDLE key_ = 0;
  CK_MECHANISM mechanism_{};
  std::vector<CK_BYTE> input_;
  std::array<CK_BYTE, 1024> signature_{};
  std::uint64_t count_ = 0;
};

}  // namespace countersign::bench
