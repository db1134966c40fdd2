// Targets: routes filled in, queries behind them.
#include "gateway/client/http_target.h"

#include <gtest/gtest.h>

namespace countersign {
namespace {

TEST(HttpTarget, FillsPartsAndPutsTheRestIntoTheQuery) {
  EXPECT_EQ(http_target(operation("request.list"), {}), "/v1/requests");
  EXPECT_EQ(http_target(operation("request.list"), {{"signer", "a b"}, {"state", "active"}}),
            "/v1/requests?signer=a%20b&state=active");
  EXPECT_EQ(http_target(operation("member.add"), {{"signer", "release"}, {"principal", "dev"}}),
            "/v1/signers/release/members/dev");
}

TEST(HttpTarget, NothingOfAnArgumentBecomesPartOfThePath) {
  EXPECT_EQ(http_target(operation("signer.show"), {{"signer", "../a?b=c&d#e%\r\n\xC3\xA9"}}),
            "/v1/signers/..%2Fa%3Fb%3Dc%26d%23e%25%0D%0A%C3%A9");
}

TEST(HttpTarget, MissingAndEmptyPartsAreRefused) {
  EXPECT_EQ(http_target(operation("signer.show"), {}).error().code, "missing_argument");
  EXPECT_EQ(http_target(operation("signer.show"), {{"signer", ""}}).error().code,
            "missing_argument");
}

}  // namespace
}  // namespace countersign
