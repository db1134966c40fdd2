// The services over HTTP: what they send, how often, and what they make of the answers.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "gateway/client/http_admin_service.h"
#include "gateway/client/http_signing_service.h"
#include "gateway/client/wire.h"
#include "tests/gateway/canned_server.h"
#include "tests/gateway/test_gateway.h"

namespace countersign {
namespace {

using nlohmann::json;
using server::ScriptedApi;
using server::TestGateway;

const std::string signed_answer = http_answer(200, R"({"signature": "AQI=", "record": 5})");
const Milliseconds patience{10'000};

std::string failure(const Error& error, const std::string& header = {}) {
  return http_answer(wire::http_status(error.kind), wire::to_json(error).dump(), header);
}
const Error down{ErrorKind::unavailable, "token_down", "down", "wait"};
const std::string token_down = failure(down, "Retry-After: 0\r\n");

SignatureRequest example() {
  SignatureRequest request;
  request.signer = 7;
  request.operation.fill(0xAB);
  request.input = {{Scheme::ecdsa, Hash::sha256, Hash::none, 0}, Bytes(32, 1)};
  return request;
}

class HttpService : public testing::Test {
 protected:
  void serve(std::vector<CannedServer::Connection> connections) {
    server_ = std::make_unique<CannedServer>(config().socket, std::move(connections));
  }
  ClientConfig config() const {
    ClientConfig config;
    config.socket = folder_.path("gw.sock");
    return config;
  }

  const TemporaryFolder folder_;
  std::unique_ptr<CannedServer> server_;
};

TEST_F(HttpService, SignsWithOneCall) {
  serve({{signed_answer}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signature = service->sign(example(), patience);
  ASSERT_TRUE(signature) << signature.error().text();
  EXPECT_EQ(signature->bytes, (Bytes{1, 2}));
  EXPECT_EQ(signature->record, 5);
  const std::string request = server_->requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /v1/signers/7/signatures HTTP/1.1\r\n")) << request;
  const json body = json::parse(request.substr(request.find("\r\n\r\n")));
  EXPECT_EQ(body, wire::to_json(example()));
}

TEST_F(HttpService, TriesTheSameOperationAgainUntilItIsSigned) {
  serve({{token_down, ""}, {}, {http_answer(200, "x").substr(0, 20)}, {token_down, signed_answer}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signature = service->sign(example(), patience);
  ASSERT_TRUE(signature) << signature.error().text();
  const auto requests = server_->requests();
  EXPECT_EQ(requests.size(), 5U);
  EXPECT_EQ(std::set<std::string>(requests.begin(), requests.end()).size(), 1U)
      << "every try must be the same call";
}

TEST_F(HttpService, ADenialIsFinal) {
  serve({{failure({ErrorKind::denied, "approval_needed", "no approval", "ask for one"}),
          signed_answer}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signature = service->sign(example(), patience);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().kind, ErrorKind::denied);
  EXPECT_EQ(signature.error().code, "approval_needed");
  EXPECT_EQ(signature.error().text(), "no approval; ask for one");
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_F(HttpService, AnAnswerThatNamesNoTimeToComeBackIsFinal) {
  serve({{failure(down), signed_answer}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signature = service->sign(example(), patience);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, "token_down");
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_F(HttpService, AnUnreadableAnswerIsFinal) {
  serve({{http_answer(200, "{}"), signed_answer}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signature = service->sign(example(), patience);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, "bad_answer");
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_F(HttpService, GivesUpWhenPatienceIsOver) {
  serve({CannedServer::Connection(100, token_down)});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signature = service->sign(example(), Milliseconds(200));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(signature.error().code, "token_down");
  EXPECT_GE(server_->requests().size(), 2U);
}

TEST_F(HttpService, GivesUpWhenNobodyListens) {
  const auto service = make_http_signing_service(config(), std::nullopt);
  EXPECT_EQ(service->sign(example(), Milliseconds(100)).error().code, "gateway_unreachable");
  EXPECT_EQ(service->signers(Milliseconds(100)).error().code, "gateway_unreachable");
}

json signer(int id, int slot) {
  return {{"id", id},
          {"slot", slot},
          {"name", "s" + std::to_string(id)},
          {"public_key", "AQ=="},
          {"certificate", ""},
          {"chain", json::array()}};
}

TEST_F(HttpService, ListsSignersOfAllPagesBySlot) {
  serve({{http_answer(200, json{{"signers", {signer(1, 9), signer(4, 2)}}, {"more", true}}.dump()),
          http_answer(200, json{{"signers", {signer(6, 5)}}, {"more", false}}.dump())}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signers = service->signers(patience);
  ASSERT_TRUE(signers) << signers.error().text();
  ASSERT_EQ(signers->size(), 3U);
  EXPECT_EQ(signers->at(0).id, 4);
  EXPECT_EQ(signers->at(1).id, 6);
  EXPECT_EQ(signers->at(2).id, 1);
  EXPECT_TRUE(server_->requests().at(0).starts_with("GET /v1/signers?may=sign HTTP/1.1\r\n"));
  EXPECT_TRUE(server_->requests().at(1).starts_with("GET /v1/signers?after=4&may=sign HTTP/1.1"));
}

TEST_F(HttpService, ListsAgainWhenTheGatewaySaysWhenToComeBack) {
  const std::string turned_away = failure(
      {ErrorKind::unavailable, "too_many_connections", "full", "wait"}, "Retry-After: 1\r\n");
  serve({{turned_away, ""},
         {http_answer(200, json{{"signers", {signer(1, 9)}}, {"more", false}}.dump())}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto signers = service->signers(Milliseconds(500));
  ASSERT_TRUE(signers) << signers.error().text();
  EXPECT_EQ(signers->size(), 1U);
}

TEST_F(HttpService, AListingWithoutAnAnswerIsNotRepeated) {
  serve({{""}, {""}, {http_answer(200, json{{"signers", {}}, {"more", false}}.dump())}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  EXPECT_EQ(service->signers(patience).error().code, "connection_broken");
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_F(HttpService, Explains) {
  const Explanation sent{"release", true, "allowed", "you may", "", 3};
  serve({{http_answer(200, wire::to_json(sent).dump())}});
  const auto service = make_http_signing_service(config(), std::nullopt);
  const auto explanation = service->explain("re/lease");
  ASSERT_TRUE(explanation) << explanation.error().text();
  EXPECT_TRUE(explanation->allowed);
  EXPECT_TRUE(server_->requests().at(0).starts_with("GET /v1/signers/re%2Flease/explanation "));
}

TEST_F(HttpService, PerformsAnOperationOfTheTable) {
  serve({{http_answer(200, R"({"member": {"name": "dev", "role": "operator"}})")}});
  const auto service =
      make_http_admin_service(config(), SecureBytes("cs_abcdefghijklmnopqrstuvwxyz"));
  const auto answer =
      service->perform(operation("member.add"), {{"signer", "release"}, {"principal", "dev"}},
                       {{"role", "operator"}});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->at("member").at("name"), "dev");
  const std::string request = server_->requests().at(0);
  EXPECT_TRUE(request.starts_with("PUT /v1/signers/release/members/dev HTTP/1.1\r\n"));
  EXPECT_NE(request.find("\r\nAuthorization: Bearer cs_abc"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"role\":\"operator\"}"));
}

TEST_F(HttpService, AManagementCallIsMadeOnce) {
  serve({{token_down}, {""}, {http_answer(200, "{}")}});
  const auto service = make_http_admin_service(config(), std::nullopt);
  EXPECT_EQ(service->perform(operation("hsm.retry"), {{"hsm", "lab"}}, nullptr).error().code,
            "token_down");
  server_->wait_for_closed(1);
  EXPECT_EQ(service->perform(operation("hsm.retry"), {{"hsm", "lab"}}, nullptr).error().code,
            "connection_broken");
  EXPECT_EQ(server_->requests().size(), 2U);
}

TEST_F(HttpService, AMistypedTokenIsNeverReplacedByTheProcessesUser) {
  serve({{signed_answer}});
  const auto service = make_http_signing_service(config(), SecureBytes("mistyped"));
  EXPECT_EQ(service->sign(example(), patience).error().code, "bad_authorization");
  EXPECT_TRUE(server_->requests().empty());
}

TEST(HttpServices, ManyThreadsShareOne) {
  TestGateway gateway([](const server::ApiRequest& request, const ScriptedApi::Done& done) {
    const auto digest = json::parse(request.body).at("digest").get<std::string>();
    done({200, json{{"signature", digest}, {"record", 1}}.dump(), std::nullopt});
  });
  ClientConfig config;
  config.socket = gateway.socket();
  const auto service = make_http_signing_service(config, std::nullopt);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        SignatureRequest request = example();
        request.input.digest.assign(32, static_cast<std::uint8_t>(t * 50 + i));
        const auto signature = service->sign(request, patience);
        if (signature && signature->bytes == request.input.digest) ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

}  // namespace
}  // namespace countersign
