// A SigningService with keys of its own in this process, that refuses on order and keeps count.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/public_key.h"
#include "gateway/client/signing_service.h"

namespace countersign::test {

/// Thread-safe. One for the test program, reached by every C_Initialize in it.
class SoftwareService final : public SigningService {
 public:
  static SoftwareService& shared();

  /// Back to four willing signers: "rsa" (slot 3), "p256" (4), "p384" (6), "p521" (9), each with a
  /// certificate; "rsa" with an issuer's as well.
  void reset();

  /// A fifth signer, "ed25519" (slot 12).
  void show_ed25519();

  static unsigned long slot(const std::string& name);
  PublicKey public_key(const std::string& name) const;

  void show(std::vector<SignerInfo> signers);
  std::vector<SignerInfo> shown() const;
  void refuse_listing(std::optional<Error> error);
  void refuse_signing(std::optional<Error> error);
  /// Called in sign() before it answers.
  void before_signing(std::function<void()> hook);

  int listings() const;
  std::vector<SignatureRequest> asked() const;

  Result<std::vector<SignerInfo>> signers(Milliseconds patience) override;
  Result<Signature> sign(const SignatureRequest& request, Milliseconds patience) override;
  Result<Explanation> explain(const std::string& signer_name) override;

 private:
  SoftwareService() { reset(); }

  mutable std::mutex mutex_;
  std::vector<SignerInfo> signers_;
  std::optional<Error> listing_error_;
  std::optional<Error> signing_error_;
  std::function<void()> hook_;
  int listings_ = 0;
  std::vector<SignatureRequest> asked_;
};

/// How the next C_Initialize is configured.
struct Settings {
  std::string log = "stderr";
  bool report_listing = true;
  std::string command_environment;
  std::optional<Error> broken;             ///< the configuration cannot be read
  std::vector<std::string> login_signers;  ///< when there are any, a token is asked for
};
Settings& settings();

/// The one bearer token that the service knows in a login.
inline constexpr const char* good_token = "cs_abcdefghijklmnopqrstuvwxyz";

}  // namespace countersign::test
