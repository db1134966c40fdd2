// The digests of signtool's detached flow, read strictly.
#include "tools/cli/digest_file.h"

#include <fstream>

#include "core/digest_info.h"
#include "core/encoding.h"
#include "core/public_key.h"
#include "tests/cli/temporary_folder.h"

namespace countersign {
namespace {

class DigestFile : public TemporaryFolder {
 protected:
  Result<SigningInput> read(const std::string& content, KeyType key = KeyType::rsa) {
    std::ofstream(path("app.exe.dig"), std::ios::binary) << content;
    return read_digest_file(path("app.exe.dig"), key);
  }
  std::string code(const std::string& content, KeyType key = KeyType::rsa) {
    const auto input = read(content, key);
    return input ? "read" : input.error().code;
  }
};

TEST_F(DigestFile, TheLengthNamesTheHash) {
  for (const auto& [size, hash] :
       {std::pair{32, Hash::sha256}, {48, Hash::sha384}, {64, Hash::sha512}}) {
    const Bytes digest(static_cast<std::size_t>(size), 0xfb);
    const auto input = read(to_base64(digest));
    ASSERT_TRUE(input) << input.error().text();
    EXPECT_EQ(input->algorithm, (SignatureAlgorithm{Scheme::rsa_pkcs1, hash}));
    EXPECT_EQ(input->digest, digest);
    EXPECT_FALSE(unsuitable(*input, KeyType::rsa, 2048));
  }
}

TEST_F(DigestFile, EcdsaNamesNoHash) {
  const auto input = read(to_base64(Bytes(48, 1)), KeyType::ec_p256);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->algorithm, (SignatureAlgorithm{Scheme::ecdsa, Hash::none}));
  EXPECT_FALSE(unsuitable(*input, KeyType::ec_p256, 256));
}

TEST_F(DigestFile, MayEndWithALineEndAndNothingElse) {
  const std::string good = to_base64(Bytes(32, 1));
  for (const char* end : {"", "\n", "\r\n"}) EXPECT_EQ(code(good + end), "read") << end;
  for (const char* end : {" ", "\n\n", "\r", "\n\r\n", "=", "A"})
    EXPECT_EQ(code(good + end), "bad_digest") << end;
  EXPECT_EQ(code(" " + good), "bad_digest");
  EXPECT_EQ(code("\xef\xbb\xbf" + good), "bad_digest");
}

TEST_F(DigestFile, RefusesWhatIsNoDigest) {
  EXPECT_EQ(code(""), "bad_digest");
  EXPECT_EQ(code("not base64 at all"), "bad_digest");
  EXPECT_EQ(code(std::string(32, '\1')), "bad_digest");
  for (const std::size_t size : {0U, 1U, 20U, 28U, 31U, 33U, 51U, 65U})
    EXPECT_EQ(code(to_base64(Bytes(size, 1))), "bad_digest") << size;
  EXPECT_EQ(code(to_base64(encode_digest_info(Hash::sha256, Bytes(32, 1)))), "bad_digest");
  EXPECT_EQ(code(std::string(100'000, 'A')), "file_too_large");
  EXPECT_EQ(read_digest_file(path("missing"), KeyType::rsa).error().code, "file_unreadable");
  EXPECT_EQ(code(to_base64(Bytes(32, 1)), KeyType::ed25519), "bad_scheme");
}

TEST_F(DigestFile, TheAnswerIsBase64OfTheFormThatSigntoolReads) {
  const Bytes signature(64, 1);
  const auto as_text = [](const Bytes& content) {
    return std::string(content.begin(), content.end());
  };
  EXPECT_EQ(as_text(signed_digest_content(KeyType::rsa, signature)), to_base64(signature));
  EXPECT_EQ(as_text(signed_digest_content(KeyType::ec_p256, signature)),
            to_base64(ecdsa_to_der(signature)));
}

}  // namespace
}  // namespace countersign
