// Tokens that are not there, and connections that break underneath.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <p11-kit/pkcs11.h>
#include <sys/stat.h>

#include "hsm-backends/pkcs11_library.h"
#include "hsm-backends/pkcs11_token.h"
#include "hsm-backends/token_slot.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

class RecoveryTest : public testing::Test {
 protected:
  /// Another user of the same library in this process, as a host application may be.
  std::shared_ptr<const Pkcs11Library> library() { return Pkcs11Library::open(config_).value(); }

  std::string connect_error() {
    Pkcs11Token token(config_, lock_);
    const auto connected = token.connect();
    if (connected) return "";
    EXPECT_EQ(connected.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(token.status().state, TokenState::down);
    EXPECT_EQ(token.status().message, connected.error().text());
    EXPECT_FALSE(lock_.locked(config_.name));
    message_ = connected.error().text();
    return connected.error().code;
  }

  TokenConfig config_ = TestToken::get().config();
  MemoryPinLock lock_;
  std::string message_;
};

TEST_F(RecoveryTest, LibraryThatIsMissingOrNoneIsDown) {
  config_.library = "/usr/lib/none-such.so";
  EXPECT_EQ(connect_error(), "token_down");
  EXPECT_NE(message_.find("/usr/lib/none-such.so"), std::string::npos);
  config_.library = "libsofthsm2.so";
  EXPECT_EQ(connect_error(), "token_down");
  config_.library = TestToken::get().folder() + "/ca.pem";
  EXPECT_EQ(connect_error(), "token_down");
  EXPECT_NE(message_.find("cannot be loaded"), std::string::npos) << message_;
}

TEST_F(RecoveryTest, LibraryOthersCanWriteIsNotLoaded) {
  config_.library = TestToken::get().write("writable.so", "x", 0600);
  ASSERT_EQ(chmod(config_.library.c_str(), 0666), 0);
  EXPECT_EQ(connect_error(), "token_down");
  EXPECT_NE(message_.find("can be written by others"), std::string::npos) << message_;
}

TEST_F(RecoveryTest, TokenOfAnotherLabelOrSerialIsDown) {
  config_.label = "la";
  EXPECT_EQ(connect_error(), "token_down");
  config_.label = "lab";
  config_.serial = "0000";
  EXPECT_EQ(connect_error(), "token_down");
}

TEST_F(RecoveryTest, TwoTokensWithOneLabelNeedASerial) {
  config_.label = "twin";
  config_.pin = PinFile{TestToken::get().write("twin-pin", "12345678\n")};
  EXPECT_EQ(connect_error(), "token_ambiguous");
  const std::string mark = "serial numbers ";
  config_.serial = message_.substr(message_.find(mark) + mark.size(), 16);
  Pkcs11Token token(config_, lock_);
  EXPECT_TRUE(token.connect());
  EXPECT_EQ(token.status().serial, *config_.serial);
  EXPECT_EQ(token.status().label, "twin");
}

TEST_F(RecoveryTest, SessionsClosedUnderneathAreRenewed) {
  Pkcs11Token token(config_, lock_);
  const KeyReference key{key_uri("p256"), token.find_key(key_uri("p256")).value()};
  const auto other = library();
  const CK_SLOT_ID slot = find_slot(*other, config_).value().id;
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(token.sign(key, sha256_input(Scheme::ecdsa)));
    ASSERT_EQ(other->call(&CK_FUNCTION_LIST::C_CloseAllSessions, slot), CKR_OK);
    const auto signature = token.sign(key, sha256_input(Scheme::ecdsa));
    ASSERT_TRUE(signature) << signature.error().error.text();
    ASSERT_EQ(other->call(&CK_FUNCTION_LIST::C_CloseAllSessions, slot), CKR_OK);
    EXPECT_TRUE(token.find_key(key.uri));
  }
  EXPECT_EQ(token.status().state, TokenState::ready);
}

TEST_F(RecoveryTest, LogoutUnderneathIsRepaired) {
  Pkcs11Token token(config_, lock_);
  const KeyReference key{key_uri("p256"), token.find_key(key_uri("p256")).value()};
  const auto other = library();
  CK_SESSION_HANDLE session = 0;
  ASSERT_EQ(other->call(&CK_FUNCTION_LIST::C_OpenSession, find_slot(*other, config_).value().id,
                        CK_FLAGS{CKF_SERIAL_SESSION}, static_cast<void*>(nullptr),
                        static_cast<CK_NOTIFY>(nullptr), &session),
            CKR_OK);
  EXPECT_TRUE(token.sign(key, sha256_input(Scheme::ecdsa)));
  ASSERT_EQ(other->call(&CK_FUNCTION_LIST::C_Logout, session), CKR_OK);
  const auto signature = token.sign(key, sha256_input(Scheme::ecdsa));
  EXPECT_TRUE(signature) << signature.error().error.text();
  ASSERT_EQ(other->call(&CK_FUNCTION_LIST::C_Logout, session), CKR_OK);
  const auto found = token.find_key(key.uri);
  EXPECT_TRUE(found) << found.error().text();
  other->call(&CK_FUNCTION_LIST::C_CloseSession, session);
}

TEST_F(RecoveryTest, LibraryFinalisedUnderneathIsInitialisedAgain) {
  Pkcs11Token token(config_, lock_);
  const KeyReference key{key_uri("p256"), token.find_key(key_uri("p256")).value()};
  const auto other = library();
  ASSERT_EQ(other->call(&CK_FUNCTION_LIST::C_Finalize, static_cast<void*>(nullptr)), CKR_OK);
  const auto signature = token.sign(key, sha256_input(Scheme::ecdsa));
  EXPECT_TRUE(signature) << signature.error().error.text();
}

TEST_F(RecoveryTest, TwoTokensOfOneLibraryNeitherDisturbNorFinaliseEachOther) {
  Pkcs11Token token(config_, lock_);
  ASSERT_TRUE(token.connect());
  TokenConfig twin = config_;
  twin.name = "other";
  twin.label = "twin";
  EXPECT_FALSE(Pkcs11Token(twin, lock_).connect());
  const KeyReference key{key_uri("p256"), token.find_key(key_uri("p256")).value()};
  EXPECT_TRUE(token.sign(key, sha256_input(Scheme::ecdsa)));
}

TEST_F(RecoveryTest, LibraryThatSomebodyElseInitialisedIsNotFinalised) {
  void* const handle = dlopen(config_.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(handle, nullptr);
  CK_FUNCTION_LIST* functions = nullptr;
  reinterpret_cast<CK_C_GetFunctionList>(dlsym(handle, "C_GetFunctionList"))(&functions);
  ASSERT_EQ(functions->C_Initialize(nullptr), CKR_OK);
  EXPECT_TRUE(Pkcs11Token(config_, lock_).connect());
  CK_INFO info{};
  EXPECT_EQ(functions->C_GetInfo(&info), CKR_OK);
  EXPECT_EQ(functions->C_Finalize(nullptr), CKR_OK);
}

TEST_F(RecoveryTest, LibraryWeInitialisedIsFinalisedWithItsLastToken) {
  EXPECT_TRUE(Pkcs11Token(config_, lock_).connect());
  void* const handle = dlopen(config_.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(handle, nullptr);
  CK_FUNCTION_LIST* functions = nullptr;
  reinterpret_cast<CK_C_GetFunctionList>(dlsym(handle, "C_GetFunctionList"))(&functions);
  CK_INFO info{};
  EXPECT_EQ(functions->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
}

}  // namespace
}  // namespace countersign::hsm
