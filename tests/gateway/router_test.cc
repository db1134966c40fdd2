// From method and target to the operation, for every row of the table and for nothing else.
#include "gateway/server/router.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "gateway/client/http_target.h"
#include "gateway/server/handlers.h"

namespace countersign::server {
namespace {

std::string code(const Result<Route>& found) {
  return found ? "ok" : found.error().code;
}

/// A value for each part of the route, with what a target must escape.
OperationArguments parts_of(std::string_view route) {
  OperationArguments parts;
  for (std::size_t at = route.find('{'); at != route.npos; at = route.find('{', at + 1))
    parts.emplace(route.substr(at + 1, route.find('}', at) - at - 1), "a b/" + std::to_string(at));
  return parts;
}

TEST(Router, FindsEveryOperationByTheTargetItsClientBuilds) {
  for (const Operation& operation : operations()) {
    const OperationArguments needed = parts_of(operation.route);
    const auto found = route(operation.method, *http_target(operation, needed));
    ASSERT_TRUE(found) << operation.name;
    EXPECT_EQ(found->operation, &operation);
    EXPECT_EQ(found->parts, needed) << operation.name;
  }
}

TEST(Router, RefusesWhatIsNotInTheTable) {
  EXPECT_EQ(code(route("GET", "/")), "not_found");
  EXPECT_EQ(code(route("GET", "/v1/nothing")), "not_found");
  EXPECT_EQ(code(route("GET", "/v1/signers//policy")), "not_found");
  EXPECT_EQ(code(route("GET", "/v1/signers/a/")), "not_found");
  EXPECT_EQ(code(route("PATCH", "/v1/signers")), "method_not_allowed");
  EXPECT_EQ(code(route("GET", "/v1/signers/%zz")), "bad_target");
  EXPECT_EQ(code(route("GET", "/v1/signers/%2")), "bad_target");
  EXPECT_EQ(code(route("GET", "/v1/signers?a=1&a=2")), "bad_target");
  EXPECT_EQ(code(route("GET", "/v1/signers?a")), "bad_target");
  EXPECT_EQ(code(route("GET", "/v1/signers/" + std::string(2048, 'a'))), "bad_target");
}

TEST(Router, QueryBecomesNumbersAndTexts) {
  const auto found = route("GET", "/v1/requests?after=12&state=active&signer=9x");
  ASSERT_TRUE(found);
  EXPECT_EQ(query_object(*found),
            (nlohmann::json{{"after", 12}, {"state", "active"}, {"signer", "9x"}}));
}

TEST(OperationTable, HoldsTogether) {
  std::set<std::string_view> names;
  std::set<std::pair<std::string_view, std::string_view>> routes;
  for (const Operation& each : operations()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_TRUE(routes.insert({each.method, each.route}).second) << each.name;
    EXPECT_EQ(each.writes, each.method != "GET") << each.name;
    EXPECT_TRUE(each.scope == Scope::account || !each.asks.front().empty()) << each.name;
    const bool names_signer = each.route.find("{signer}") != std::string_view::npos;
    EXPECT_EQ(each.scope == Scope::signer, names_signer && each.scope != Scope::application)
        << each.name;
    EXPECT_EQ(each.scope == Scope::request, each.route.find("{request}") != std::string_view::npos)
        << each.name;
    EXPECT_TRUE(each.takes != Takes::query || each.method == "GET" || each.method == "DELETE")
        << each.name;
  }
}

TEST(OperationTable, EveryOperationIsServed) {
  const std::set<std::string_view> elsewhere{
      "container.add_key", "container.check", "container.schedule",  "declaration.apply",
      "hsm.list",          "hsm.retry",       "pin_source.describe", "pin_source.list",
      "pin_source.retry",  "pin_source.show", "signature.create",    "signer.check",
      "signer.create",     "store.backup",    "token.enrol"};
  for (const Operation& each : operations())
    EXPECT_NE(handler_of(each) != nullptr, elsewhere.contains(each.name)) << each.name;
}

}  // namespace
}  // namespace countersign::server
