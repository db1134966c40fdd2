// The soft token of NSS: a second real library, which takes its database from its init arguments.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>

#include "core/certificate.h"
#include "hsm-backends/pkcs11_token.h"
#include "tests/hsm/worker_fixture.h"

namespace countersign::hsm {
namespace {

struct NssKey {
  const char* name;
  const char* made_by;  ///< certutil's options
  std::vector<Scheme> schemes;
};

const std::vector<NssKey> nss_keys{
    {"nss-rsa", "-k rsa -g 2048", {Scheme::rsa_pkcs1, Scheme::rsa_pss}},
    {"nss-ec", "-k ec -q nistp256", {Scheme::ecdsa}}};

std::string content_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class NssTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const TestToken& beside = TestToken::get();
    ASSERT_TRUE(std::filesystem::create_directory(folder()));
    beside.write("nss/pin", "soft-token-pin\n");
    beside.write("nss/noise", std::string(64, 'n'));
    certutil("-N");
    for (const NssKey& key : nss_keys) {
      const std::string name = key.name;
      certutil("-S -x -t ,, -z " + folder() + "/noise -n " + name + " -s CN=" + name + " " +
               key.made_by);
      certutil("-L -a -n " + name + " >" + folder() + "/" + name + ".pem");
    }
    certutil("-K >" + folder() + "/keys");
  }

  static std::string folder() { return TestToken::get().folder() + "/nss"; }

  static void certutil(const std::string& arguments) {
    const std::string command = "certutil -d sql:" + folder() + " -f " + folder() + "/pin ";
    ASSERT_EQ(std::system((command + arguments).c_str()), 0) << arguments;
  }

  static TokenConfig config() {
    TokenConfig config;
    config.name = "nss";
    for (const auto& each : std::filesystem::directory_iterator("/usr/lib"))
      if (std::filesystem::exists(each.path() / "libsoftokn3.so"))
        config.library = each.path() / "libsoftokn3.so";
    config.label = "NSS Certificate DB";
    config.init_arguments = "configdir='sql:" + folder() +
                            "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=readOnly";
    config.pin = PinFile{folder() + "/pin"};
    config.sessions = 2;
    return config;
  }

  /// By its id, as certutil lists it: NSS labels certificates, not private keys.
  static std::string uri_of(const std::string& name) {
    const std::string listed = content_of(folder() + "/keys");
    std::smatch found;
    EXPECT_TRUE(
        std::regex_search(listed, found, std::regex("([0-9a-f]{40})[^\n]*:" + name + "\n")));
    return "pkcs11:token=NSS%20Certificate%20DB;type=private;id=" +
           std::regex_replace(found.str(1), std::regex("(..)"), "%$1");
  }

  /// Each key is the one in its certificate and signs what is verified with it.
  static void expect_signs(Token& token) {
    const auto connected = token.connect();
    ASSERT_TRUE(connected) << connected.error().text();
    EXPECT_EQ(token.status().label, "NSS Certificate DB");
    for (const NssKey& each : nss_keys) {
      const std::string uri = uri_of(each.name);
      const auto key = token.find_key(uri);
      ASSERT_TRUE(key) << key.error().text();
      const auto chain = certificates_from_pem(content_of(folder() + "/" + each.name + ".pem"));
      ASSERT_TRUE(chain) << chain.error().text();
      EXPECT_EQ(*key, chain->front().key);
      for (const Scheme scheme : each.schemes) {
        const auto signature = token.sign({uri, *key}, sha256_input(scheme));
        ASSERT_TRUE(signature) << signature.error().error.text();
        EXPECT_TRUE(key->verify(sha256_input(scheme), *signature));
      }
    }
  }

  MemoryPinLock lock_;
  RememberingLog log_;
};

TEST_F(NssTest, SignsInThisProcess) {
  Pkcs11Token token(config(), lock_);
  expect_signs(token);
}

TEST_F(NssTest, SignsInAWorkerBesideSoftHsm) {
  WorkerToken token(config(), TOKEN_WORKER, lock_, log_);
  WorkerToken other(TestToken::get().config(), TOKEN_WORKER, lock_, log_);
  EXPECT_TRUE(other.connect());
  expect_signs(token);
}

TEST_F(NssTest, AWrongPinLocksIt) {
  TokenConfig wrong = config();
  wrong.pin = PinFile{TestToken::get().write("nss/wrong-pin", "not-the-pin\n")};
  WorkerToken token(wrong, TOKEN_WORKER, lock_, log_);
  const auto connected = token.connect();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, "token_locked");
  EXPECT_TRUE(lock_.locked("nss"));
}

}  // namespace
}  // namespace countersign::hsm
