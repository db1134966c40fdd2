#include "tests/hsm/test_token.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "core/crypto.h"
#include "core/trusted_file.h"
#include "tests/hsm/faulty_library.h"

namespace countersign::hsm {
namespace {

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("this failed: " + command);
}

std::string line_of(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

bool MemoryPinLock::locked(const std::string& token_name) const {
  const std::lock_guard guard(mutex_);
  return reasons_.contains(token_name);
}

Status MemoryPinLock::lock(const std::string& token_name, const std::string& reason) {
  const std::lock_guard guard(mutex_);
  reasons_[token_name] = reason;
  return {};
}

Status MemoryPinLock::unlock(const std::string& token_name) {
  const std::lock_guard guard(mutex_);
  reasons_.erase(token_name);
  return {};
}

std::string MemoryPinLock::reason(const std::string& token_name) const {
  const std::lock_guard guard(mutex_);
  const auto found = reasons_.find(token_name);
  return found == reasons_.end() ? "" : found->second;
}

const TestToken& TestToken::get() {
  static const TestToken token;
  return token;
}

TestToken::TestToken() {
  std::string made = (std::filesystem::temp_directory_path() / "countersign-hsm-XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = made;
  run(std::string(MAKE_TOKEN) + " --more-keys " + folder_ + " >" + folder_ + "/made");
  library_ = line_of(folder_ + "/library");
  pin_ = line_of(folder_ + "/pin");
  setenv("SOFTHSM2_CONF", (folder_ + "/softhsm2.conf").c_str(), 1);
  setenv("COUNTERSIGN_TEST_PIN", pin_.c_str(), 1);
  setenv(real_library_variable, library_.c_str(), 1);
  setenv(faults_variable, (folder_ + "/faults").c_str(), 1);
  for (int twin = 0; twin < 2; ++twin)
    run("softhsm2-util --init-token --free --label twin --so-pin 12345678 --pin 12345678 >>" +
        folder_ + "/made");
}

TestToken::~TestToken() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TokenConfig TestToken::config() const {
  TokenConfig config;
  config.name = "main";
  config.library = library_;
  config.label = "lab";
  config.pin = PinFile{folder_ + "/pin"};
  config.sessions = 4;
  return config;
}

std::string TestToken::write(const std::string& name, const std::string& content,
                             unsigned mode) const {
  std::string path = folder_ + "/" + name;
  std::filesystem::remove(path);
  const auto written = write_new_file("test file", path, content, mode);
  EXPECT_TRUE(written) << written.error().text();
  return path;
}

void TestToken::pkcs11_tool(const std::string& arguments) const {
  run("pkcs11-tool --module " + library_ +
      " --token-label lab --login --pin env:COUNTERSIGN_TEST_PIN " + arguments + " >>" + folder_ +
      "/made 2>&1");
}

std::string key_uri(const std::string& name) {
  return "pkcs11:token=lab;object=" + name;
}

SigningInput sha256_input(Scheme scheme) {
  SigningInput input;
  input.algorithm.scheme = scheme;
  input.algorithm.hash = Hash::sha256;
  if (scheme == Scheme::rsa_pss) {
    input.algorithm.mgf_hash = Hash::sha256;
    input.algorithm.salt_length = 32;
  }
  input.digest = sha256(as_bytes("countersign"));
  return input;
}

}  // namespace countersign::hsm
