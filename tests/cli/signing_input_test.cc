#include "tools/cli/signing_input.h"

#include <fstream>

#include "core/crypto.h"
#include "tests/cli/temporary_folder.h"

namespace countersign {
namespace {

class SigningInputTest : public TemporaryFolder {
 protected:
  std::string file(const std::string& content) {
    std::ofstream(path("file"), std::ios::binary) << content;
    return path("file");
  }
};

void expect_error(const Result<SigningInput>& result, const std::string& code) {
  ASSERT_FALSE(result) << code;
  EXPECT_EQ(result.error().code, code);
}

TEST_F(SigningInputTest, HashesFilesInParts) {
  for (const std::size_t size : {0U, 1U, (1U << 20) - 1, 1U << 20, (5U << 20) + 3}) {
    const std::string content(size, 'x');
    const auto input = read_signing_input(file(content), KeyType::rsa, {});
    ASSERT_TRUE(input) << size;
    EXPECT_EQ(input->digest, sha256(as_bytes(content))) << size;
  }
}

TEST_F(SigningInputTest, TheSchemeGoesWithTheKey) {
  const auto text = [&](KeyType key, const AlgorithmWish& wish) {
    const auto input = read_signing_input(file("x"), key, wish);
    if (!input) return input.error().code;
    return unsuitable(*input, key, 3072).value_or(to_text(input->algorithm));
  };
  EXPECT_EQ(text(KeyType::rsa, {}), "rsa-pkcs1-sha256");
  EXPECT_EQ(text(KeyType::rsa, {"sha512", true}), "rsa-pss-sha512");
  EXPECT_EQ(text(KeyType::ec_p384, {"sha384", false}), "ecdsa-sha384");
  EXPECT_EQ(text(KeyType::ed25519, {}), "ed25519");
  EXPECT_EQ(text(KeyType::ec_p256, {std::nullopt, true}), "bad_scheme");
  EXPECT_EQ(text(KeyType::ed25519, {std::nullopt, true}), "bad_scheme");
  EXPECT_EQ(text(KeyType::ed25519, {"sha256", false}), "bad_scheme");
  EXPECT_EQ(text(KeyType::rsa, {"md5", false}), "bad_hash");
  EXPECT_EQ(text(KeyType::rsa, {"none", false}), "bad_hash");
}

TEST_F(SigningInputTest, PssSaltIsAsLongAsTheHash) {
  const auto input = read_signing_input(file("x"), KeyType::rsa, {"sha384", true});
  ASSERT_TRUE(input);
  EXPECT_EQ(input->algorithm.mgf_hash, Hash::sha384);
  EXPECT_EQ(input->algorithm.salt_length, 48U);
}

TEST_F(SigningInputTest, Ed25519TakesTheWholeMessageUpToItsLimit) {
  const std::string longest(longest_message, 'x');
  const auto input = read_signing_input(file(longest), KeyType::ed25519, {});
  ASSERT_TRUE(input);
  EXPECT_EQ(input->message.size(), longest_message);
  EXPECT_TRUE(input->digest.empty());
  expect_error(read_signing_input(file(longest + "x"), KeyType::ed25519, {}), "file_too_large");
}

TEST_F(SigningInputTest, AnUnreadableFileIsAnError) {
  for (const KeyType key : {KeyType::rsa, KeyType::ed25519}) {
    expect_error(read_signing_input(path("missing"), key, {}), "file_unreadable");
    expect_error(read_signing_input(path("."), key, {}), "file_unreadable");
  }
}

TEST_F(SigningInputTest, OnlyEcdsaSignaturesAreRewrittenForFiles) {
  const Bytes signature(64, 1);
  EXPECT_EQ(signature_file_content(KeyType::rsa, signature), signature);
  EXPECT_EQ(signature_file_content(KeyType::ed25519, signature), signature);
  EXPECT_EQ(signature_file_content(KeyType::ec_p256, signature), ecdsa_to_der(signature));
}

}  // namespace
}  // namespace countersign
