// The small words of core/: encodings, durations, names and text.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/secure_bytes.h"
#include "core/text.h"

namespace countersign {
namespace {

TEST(Encoding, HexReadsWhatItWrites) {
  const Bytes bytes{0x00, 0x7f, 0xff};
  EXPECT_EQ(to_hex(bytes), "007fff");
  EXPECT_EQ(from_hex("007FfF"), bytes);
  for (const char* const bad : {"0", "0g", " 00", "0x00"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(Encoding, Base64IsStrict) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd"}) {
    const auto decoded = from_base64(to_base64(as_bytes(text)));
    ASSERT_TRUE(decoded) << text;
    EXPECT_EQ(std::string(decoded->begin(), decoded->end()), text);
  }
  // Missing padding, padding inside, white space, and bits behind the end.
  for (const char* const bad : {"YQ", "YQ=", "Y=Q=", "YQ==\n", " YQ=", "YR==", "YWI=YWI="})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Encoding, Base32OfSixteenBytesHasTwentySixCharacters) {
  EXPECT_EQ(to_base32(Bytes(16, 0)).size(), 26U);
  EXPECT_EQ(to_base32(as_bytes("foobar")), "mzxw6ytboi");  // RFC 4648 §10
}

TEST(Duration, ReadsOneNumberWithOneUnit) {
  EXPECT_EQ(parse_duration("90s"), Milliseconds(90'000));
  EXPECT_EQ(parse_duration("7d"), Milliseconds(7LL * 86'400'000));
  for (const char* const bad : {"", "s", "0s", "-1h", "1", "1w", "1h30m", "1.5h", " 1h", "1h ",
                                "99999999999999999999s", "4000d"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Duration, WritesTheLargestUnitThatDivides) {
  for (const char* const text : {"45s", "90m", "8h", "30d"})
    EXPECT_EQ(to_text(*parse_duration(text)), text);
  EXPECT_EQ(to_text(*parse_duration("120m")), "2h");
}

TEST(Names, FollowTheRule) {
  for (const char* const good :
       {"a", "release", "Release-2.0_x", "A23456789012345678901234567890zz"})
    EXPECT_TRUE(check_name("name", good)) << good;
  for (const char* const bad :
       {"", "1abc", "-a", "a b", "a/b", "a.", "gr\u00fcn", "A23456789012345678901234567890zzz"})
    EXPECT_FALSE(check_name("name", bad)) << bad;
}

TEST(Text, RefusesWhatCouldDeceive) {
  EXPECT_TRUE(check_text("text", "Fr\u00fchling \u2014 ok"));
  const std::string invalid_utf8 = "a\xff";
  const std::string overlong = "a\xc0\xaf";
  const std::string surrogate = "\xed\xa0\x80";
  for (const std::string& bad :
       {std::string(), std::string(1001, 'a'), std::string("a\nb"), std::string("a\x1b[31m"),
        std::string("\u202eabc"), invalid_utf8, overlong, surrogate,
        std::string("a\x00"
                    "b",
                    3)})
    EXPECT_FALSE(check_text("text", bad)) << printable(bad);
}

TEST(Text, IsShownWithoutControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31m\u202e\xff"), "a\\u001b[31m\\u202e\\xff");
}

TEST(SecureBytes, MovesAndCompares) {
  SecureBytes secret("1234");
  SecureBytes moved(std::move(secret));
  EXPECT_EQ(moved.view(), "1234");
  EXPECT_TRUE(equal_in_constant_time(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("ab")));
}

TEST(JsonReader, NamesTheFieldThatIsWrong) {
  const auto message = [](const char* text) {
    const auto body = nlohmann::json::parse(text);
    JsonReader in(body, "/at");
    in.text("name");
    in.optional_integer("count", 1, 5);
    in.flag("on", false);
    const auto done = in.finish();
    return done ? std::string() : done.error().message;
  };
  EXPECT_EQ(message(R"({"name": "x", "count": 5, "on": true})"), "");
  EXPECT_EQ(message(R"({})"), "/at/name is missing");
  EXPECT_EQ(message(R"({"name": 1})"), "/at/name is not a string");
  EXPECT_EQ(message(R"({"name": "x", "count": 6})"), "/at/count is not a whole number from 1 to 5");
  EXPECT_EQ(message(R"({"name": "x", "count": 1.5})"),
            "/at/count is not a whole number from 1 to 5");
  EXPECT_EQ(message(R"({"name": "x", "count": 18446744073709551615})"),
            "/at/count is not a whole number from 1 to 5");
  EXPECT_EQ(message(R"({"name": "x", "on": 1})"), "/at/on is neither true nor false");
  EXPECT_EQ(message(R"({"name": "x", "other": 1})"), "/at/other is not known here");
  EXPECT_EQ(message("[]"), "/at is not a JSON object");
}

}  // namespace
}  // namespace countersign
