// A real SoftHSM token for the tests of this folder, made once per test program.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"

namespace countersign::hsm {

/// Remembers in memory what a store would remember on disk.
class MemoryPinLock final : public PinLock {
 public:
  bool locked(const std::string& token_name) const override;
  Status lock(const std::string& token_name, const std::string& reason) override;
  Status unlock(const std::string& token_name) override;

  /// The reason it was locked for; empty when it is not.
  std::string reason(const std::string& token_name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> reasons_;
};

/// The token `lab` with five keys, and two tokens with one label, `twin`.
class TestToken {
 public:
  /// Made at first use, removed when the program ends. Sets SOFTHSM2_CONF.
  static const TestToken& get();

  const std::string& folder() const { return folder_; }
  const std::string& library() const { return library_; }
  const std::string& pin() const { return pin_; }

  /// Token `lab` with its right PIN in a file.
  TokenConfig config() const;

  /// Writes a file that only its owner reads (or runs), into the folder; its path.
  std::string write(const std::string& name, const std::string& content,
                    unsigned mode = 0600) const;

  /// Runs pkcs11-tool on the token in a process of its own, logged in. Fails the test when it
  /// fails.
  void pkcs11_tool(const std::string& arguments) const;

  TestToken(const TestToken&) = delete;
  TestToken& operator=(const TestToken&) = delete;
  ~TestToken();

 private:
  TestToken();
  std::string folder_;
  std::string library_;
  std::string pin_;
};

/// "pkcs11:token=lab;object=NAME".
std::string key_uri(const std::string& name);

/// SHA-256 of "countersign", ready to be signed.
SigningInput sha256_input(Scheme scheme);

}  // namespace countersign::hsm
