#include <gtest/gtest.h>

#include "hsm-backends/pkcs11_token.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

class KeyTest : public testing::Test {
 protected:
  std::string find_error(const std::string& uri) {
    const auto key = token_.find_key(uri);
    if (key) return "";
    EXPECT_EQ(key.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(key.error().remedy.empty());
    return key.error().code;
  }

  static void make_key(const std::string& label, const std::string& id) {
    TestToken::get().pkcs11_tool("--keypairgen --key-type EC:prime256v1 --usage-sign --label " +
                                 label + " --id " + id);
  }
  static void delete_key(const std::string& id) {
    TestToken::get().pkcs11_tool("--delete-object --type privkey --id " + id);
    TestToken::get().pkcs11_tool("--delete-object --type pubkey --id " + id);
  }

  MemoryPinLock lock_;
  Pkcs11Token token_{TestToken::get().config(), lock_};
};

TEST_F(KeyTest, IsFoundByLabelByIdAndByBoth) {
  const auto by_label = token_.find_key("pkcs11:object=p256");
  ASSERT_TRUE(by_label) << by_label.error().text();
  EXPECT_EQ(by_label->type(), KeyType::ec_p256);
  EXPECT_EQ(token_.find_key("pkcs11:token=lab;id=%02").value(), *by_label);
  EXPECT_EQ(token_.find_key("pkcs11:id=%02;object=p256;type=private").value(), *by_label);
  EXPECT_EQ(token_.find_key("pkcs11:manufacturer=SoftHSM%20project;id=%02").value(), *by_label);
}

TEST_F(KeyTest, ThatIsNotThereIsNotFound) {
  EXPECT_EQ(find_error("pkcs11:object=none"), "key_not_found");
  EXPECT_EQ(find_error("pkcs11:object=rsa;id=%02"), "key_not_found");
  EXPECT_EQ(find_error("pkcs11:object=rs"), "key_not_found");
}

TEST_F(KeyTest, OnATokenOtherThanDescribedIsNotFound) {
  EXPECT_EQ(find_error("pkcs11:token=other;object=rsa"), "key_not_found");
  EXPECT_EQ(find_error("pkcs11:token=lab;serial=0000;object=rsa"), "key_not_found");
  EXPECT_EQ(find_error("pkcs11:manufacturer=Other;object=rsa"), "key_not_found");
  EXPECT_EQ(find_error("pkcs11:model=Other;object=rsa"), "key_not_found");
}

TEST_F(KeyTest, BadUriIsRefusedBeforeTheTokenIsAsked) {
  EXPECT_EQ(find_error("pkcs11:object=rsa?pin-value=1"), "bad_key_uri");
  EXPECT_EQ(token_.status().message, "not reached yet");
}

TEST_F(KeyTest, OfWhichThereAreTwoIsAmbiguous) {
  make_key("double", "31");
  make_key("double", "32");
  EXPECT_EQ(find_error("pkcs11:object=double"), "key_ambiguous");
  EXPECT_TRUE(token_.find_key("pkcs11:object=double;id=%31"));
  delete_key("32");
  EXPECT_TRUE(token_.find_key("pkcs11:object=double"));
  delete_key("31");
}

TEST_F(KeyTest, ReplacedUnderItsLabelIsNotSignedWith) {
  make_key("swapped", "33");
  const KeyReference key{"pkcs11:object=swapped", token_.find_key("pkcs11:object=swapped").value()};
  ASSERT_TRUE(token_.sign(key, sha256_input(Scheme::ecdsa)));
  delete_key("33");
  make_key("swapped", "33");
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto signature = token_.sign(key, sha256_input(Scheme::ecdsa));
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().error.code, "key_mismatch") << signature.error().error.text();
    EXPECT_EQ(signature.error().error.kind, ErrorKind::internal);
    EXPECT_TRUE(signature.error().surely_not_signed);
  }
  const KeyReference renewed{key.uri, token_.find_key(key.uri).value()};
  EXPECT_TRUE(token_.sign(renewed, sha256_input(Scheme::ecdsa)));
  delete_key("33");
  const auto gone = token_.sign(renewed, sha256_input(Scheme::ecdsa));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().error.code, "key_not_found") << gone.error().error.text();
  EXPECT_EQ(gone.error().error.kind, ErrorKind::internal);
  EXPECT_TRUE(gone.error().surely_not_signed);
}

TEST_F(KeyTest, PinnedOtherwiseIsNotSignedWith) {
  const KeyReference key{key_uri("p256"), token_.find_key(key_uri("p384")).value()};
  const auto signature = token_.sign(key, sha256_input(Scheme::ecdsa));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().error.code, "key_mismatch");
}

}  // namespace
}  // namespace countersign::hsm
