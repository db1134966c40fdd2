#include "hsm-backends/key_uri.h"

#include <gtest/gtest.h>

namespace countersign::hsm {
namespace {

TEST(KeyUri, ReadsWhatNamesAKey) {
  const auto key = parse_key_uri(
      "pkcs11:token=Build%20HSM;serial=0a1b;manufacturer=Maker;model=M2;object=release%3b1;"
      "id=%01%ff;type=private");
  ASSERT_TRUE(key) << key.error().text();
  EXPECT_EQ(key->token, "Build HSM");
  EXPECT_EQ(key->serial, "0a1b");
  EXPECT_EQ(key->manufacturer, "Maker");
  EXPECT_EQ(key->model, "M2");
  EXPECT_EQ(key->object, "release;1");
  EXPECT_EQ(key->id, (Bytes{0x01, 0xff}));
}

TEST(KeyUri, LeavesOutWhatIsNotThere) {
  const auto key = parse_key_uri("pkcs11:id=%01");
  ASSERT_TRUE(key) << key.error().text();
  EXPECT_FALSE(key->token || key->serial || key->manufacturer || key->model || key->object);
}

struct Bad {
  std::string uri;
  std::string named;  ///< what the error must name
};

class BadKeyUri : public testing::TestWithParam<Bad> {};

TEST_P(BadKeyUri, IsRefusedByName) {
  const auto key = parse_key_uri(GetParam().uri);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, "bad_key_uri");
  EXPECT_EQ(key.error().kind, ErrorKind::invalid);
  EXPECT_NE(key.error().message.find(GetParam().named), std::string::npos) << key.error().text();
  EXPECT_FALSE(key.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadKeyUri,
    testing::Values(
        Bad{"", "pkcs11:"}, Bad{"file:/etc/key", "pkcs11:"}, Bad{"PKCS11:object=a", "pkcs11:"},
        Bad{"pkcs11:", "attribute without a name"},
        Bad{"pkcs11:token=lab", "neither object nor id"},
        Bad{"pkcs11:object=a;module-path=/tmp/x.so", "module-path"},
        Bad{"pkcs11:object=a?module-path=/tmp/x.so", "module-path"},
        Bad{"pkcs11:object=a?module-name=x", "module-name"},
        Bad{"pkcs11:object=a?pin-value=1234", "pin-value"},
        Bad{"pkcs11:token=lab?object=a", "query"}, Bad{"pkcs11:token=lab&object=a", "query"},
        Bad{"pkcs11:object=a?", "without a name"},
        Bad{"pkcs11:object=a?pin-source=/etc/pin", "pin-source"},
        Bad{"pkcs11:object=a;pin-value=1234", "pin-value"},
        Bad{"pkcs11:object=a;slot-id=1", "slot-id"},
        Bad{"pkcs11:object=a;slot-description=x", "slot-description"},
        Bad{"pkcs11:object=a;library-manufacturer=x", "library-manufacturer"},
        Bad{"pkcs11:object=a;x-vendor=1", "x-vendor"}, Bad{"pkcs11:object=a&foo=1", "foo"},
        Bad{"pkcs11:object=a;object=b", "object is given twice"},
        Bad{"pkcs11:object=a;type=public", "type"}, Bad{"pkcs11:object=a;type=cert", "type"},
        Bad{"pkcs11:object=a;type=private;type=private", "type is given twice"},
        Bad{"pkcs11:object=", "object has no value"}, Bad{"pkcs11:object=a;id=", "id has no value"},
        Bad{"pkcs11:object", "object has no value"}, Bad{"pkcs11:object=a;", "without a name"},
        Bad{"pkcs11:object=a;;id=b", "without a name"}, Bad{"pkcs11:id=%0", "cannot be used"},
        Bad{"pkcs11:id=%zz", "cannot be used"}, Bad{"pkcs11:object=a b", "space"},
        Bad{"pkcs11:object=a\nb", "control"}, Bad{std::string("pkcs11:object=a\0b", 17), "control"},
        Bad{"pkcs11:object=\xc3\xa9", "non-ASCII"},
        Bad{"pkcs11:object=a;token=123456789012345678901234567890123", "too long"},
        Bad{"pkcs11:object=" + std::string(1024, 'a'), "1024"}));

TEST(KeyUri, NeverRepeatsAPin) {
  const auto key = parse_key_uri("pkcs11:object=a?pin-value=verysecret");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().text().find("verysecret"), std::string::npos);
}

TEST(KeyUri, OneKibibyteIsNotTooLong) {
  const std::string prefix = "pkcs11:object=";
  EXPECT_TRUE(parse_key_uri(prefix + std::string(1024 - prefix.size(), 'a')));
}

TEST(KeyUri, NamesTheTokenOfItsLabelAndSerial) {
  TokenConfig plain;
  plain.label = "lab";
  TokenConfig numbered = plain;
  numbered.serial = "0a1b";
  const auto names = [](const char* uri, const TokenConfig& config) {
    return names_token(parse_key_uri(uri).value(), config);
  };
  EXPECT_TRUE(names("pkcs11:object=a", plain));
  EXPECT_TRUE(names("pkcs11:token=lab;object=a", plain));
  EXPECT_FALSE(names("pkcs11:token=Lab;object=a", plain));
  EXPECT_FALSE(names("pkcs11:token=la;object=a", plain));
  EXPECT_TRUE(names("pkcs11:token=lab;serial=ffff;object=a", plain));
  EXPECT_TRUE(names("pkcs11:token=lab;serial=0a1b;object=a", numbered));
  EXPECT_TRUE(names("pkcs11:token=lab;object=a", numbered));
  EXPECT_FALSE(names("pkcs11:token=lab;serial=ffff;object=a", numbered));
}

}  // namespace
}  // namespace countersign::hsm
