// The listener on a real socket: HTTP as it should be, HTTP as it should not, and stopping.
#include "gateway/server/http_listener.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "tests/gateway/raw_client.h"
#include "tests/gateway/test_gateway.h"

namespace countersign::server {
namespace {

using nlohmann::json;

std::string post(const std::string& target, std::size_t size, const std::string& method = "POST") {
  return method + " " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) +
         "\r\n\r\n" + std::string(size, 'b');
}

/// Keeps the callbacks of requests until the test answers them.
class Held {
 public:
  ScriptedApi::Script script() {
    return [this](const ApiRequest& request, ScriptedApi::Done done) {
      if (!request.target.starts_with("/held")) return ScriptedApi::echo(request, done);
      const std::lock_guard lock(mutex_);
      done_.push_back(std::move(done));
      arrived_.notify_all();
    };
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return done_.size() >= count; });
  }
  void answer_all() {
    std::vector<ScriptedApi::Done> done;
    {
      const std::lock_guard lock(mutex_);
      done.swap(done_);
    }
    for (const auto& each : done) each({200, "{\"late\":true}", std::nullopt});
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<ScriptedApi::Done> done_;
};

/// Until there is a place for one more.
void wait_until_served(const TestGateway& gateway) {
  const auto served = [&] {
    RawClient client(gateway.socket());
    client.send(plain_get);
    const auto answer = client.receive();
    return answer && answer->status == 200;
  };
  while (!served()) std::this_thread::yield();
}

TEST(HttpListener, AnswersAreJsonThatNobodyStores) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  ASSERT_TRUE(client.send(plain_get));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_NE(answer->header.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(answer->header.find("\r\nCache-Control: no-store\r\n"), std::string::npos);
  EXPECT_EQ(json::parse(answer->body).at("target"), "/v1/signers");
}

TEST(HttpListener, AConnectionIsKept) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(post("/n/" + std::to_string(i), 3)));
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(json::parse(answer->body).at("target"), "/n/" + std::to_string(i));
    EXPECT_EQ(json::parse(answer->body).at("body"), "bbb");
  }
}

TEST(HttpListener, AConnectionIsClosedWhenAsked) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(client.receive());
  EXPECT_TRUE(client.closed());
}

TEST(HttpListener, RequestsSentAtOnceAreAnsweredInTurn) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  ASSERT_TRUE(client.send(post("/first", 5) + post("/second", 0) + plain_get));
  EXPECT_EQ(json::parse(client.receive()->body).at("target"), "/first");
  EXPECT_EQ(json::parse(client.receive()->body).at("target"), "/second");
  EXPECT_EQ(json::parse(client.receive()->body).at("target"), "/v1/signers");
}

TEST(HttpListener, ARequestMayComeInSmallPieces) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  for (const char c : post("/pieces", 20)) {
    ASSERT_TRUE(client.send(std::string(1, c)));
    std::this_thread::yield();
  }
  EXPECT_EQ(json::parse(client.receive()->body).at("body"), std::string(20, 'b'));
}

TEST(HttpListener, MalformedRequestsAreRefusedAndEndTheConnection) {
  TestGateway gateway;
  const std::string malformed[] = {
      "NONSENSE\r\n\r\n",
      "GET /a b HTTP/1.1\r\n\r\n",
      "GET / HTTP/3.0\r\n\r\n",
      "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
      "GET / HTTP/1.1\r\n: no name\r\n\r\n",
      std::string("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 29),
      "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "\x16\x03\x01\x02",
  };
  for (const std::string& text : malformed) {
    RawClient client(gateway.socket());
    ASSERT_TRUE(client.send(text));
    client.end_sending();
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << text;
    EXPECT_EQ(answer->status, 400) << text;
    EXPECT_EQ(code_of(*answer), "bad_http") << text;
    EXPECT_TRUE(client.closed()) << text;
  }
  EXPECT_EQ(gateway.api().calls(), 0);
}

TEST(HttpListener, TruncatedRequestsNeverReachTheApi) {
  TestGateway gateway;
  const std::string whole = post("/v1/x", 10);
  for (const std::size_t length : {std::size_t{1}, std::size_t{20}, whole.size() - 1}) {
    RawClient client(gateway.socket());
    ASSERT_TRUE(client.send(whole.substr(0, length)));
    client.end_sending();
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << length;
    EXPECT_EQ(answer->status, 400);
    EXPECT_TRUE(client.closed());
  }
  EXPECT_EQ(gateway.api().calls(), 0);
}

TEST(HttpListener, RequestsAreBounded) {
  ListenerLimits limits;
  limits.linger = Milliseconds(10'000);
  limits.huge_pause = Milliseconds(0);
  TestGateway gateway(ScriptedApi::echo, limits);
  struct Case {
    std::string request;
    int status;
  };
  const std::size_t most = 64 << 10;
  const Case cases[] = {
      {post("/v1/signers", most), 200},
      {post("/v1/signers", most + 1), 413},
      {post("/large", limits.large_body), 200},
      {post("/large", limits.large_body + 1), 413},
      {post("/huge", limits.huge_body), 200},
      {post("/huge", limits.huge_body + 1), 413},
      {"POST /large HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" +
           std::string(65537, 'x') + "\r\n0\r\n\r\n",
       413},
      {post("/v1/signers/a/policy", most + 1, "PUT"), 413},
      {"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" + std::string(65537, 'x') +
           "\r\n0\r\n\r\n",
       413},
      {"GET / HTTP/1.1\r\nLong: " + std::string(17 << 10, 'x') + "\r\n\r\n", 413},
      {"GET /" + std::string(17 << 10, 'x') + " HTTP/1.1\r\n\r\n", 413},
  };
  for (const Case& each : cases) {
    RawClient client(gateway.socket());
    ASSERT_TRUE(client.send(each.request)) << "must be heard out, or it never reads the refusal";
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << each.request.substr(0, 60);
    EXPECT_EQ(answer->status, each.status) << each.request.substr(0, 60);
    if (each.status == 413) {
      EXPECT_EQ(code_of(*answer), "too_large");
      client.end_sending();
      EXPECT_TRUE(client.closed());
    }
  }
  EXPECT_EQ(gateway.api().calls(), 3);
}

/// A field of 64 bytes, line end included.
const std::string field_of_64 = "F: " + std::string(59, 'x') + "\r\n";

TEST(HttpListener, AHeaderIsBoundedHoweverItComes) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  // So long that each read of 4,096 bytes ends one byte into a field.
  std::string request = "GET /" + std::string(47, 'a') + " HTTP/1.1\r\n";
  for (int field = 0; field < 5000; ++field) request += field_of_64;
  client.send(request);  // as far as it is taken
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(gateway.api().calls(), 0);
}

TEST(HttpListener, WhoGoesOnSendingAfterARefusalIsCutOff) {
  ListenerLimits limits;
  limits.linger = Milliseconds(100);
  TestGateway gateway(ScriptedApi::echo, limits);
  RawClient client(gateway.socket());
  ASSERT_TRUE(client.send("POST /x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"));
  ASSERT_TRUE(client.receive());
  const std::string more(64 << 10, 'x');
  while (client.send(more)) continue;
}

TEST(HttpListener, AUserHasOneHugeRequestInHand) {
  Held held;
  ListenerLimits limits;
  limits.huge_pause = Milliseconds(60'000);  // the answer is held back, and with it the place
  TestGateway gateway(held.script(), limits);
  RawClient first(gateway.socket());
  ASSERT_TRUE(first.send(post("/held/huge", limits.large_body + 1)));
  held.wait_for(1);
  held.answer_all();
  RawClient second(gateway.socket());
  ASSERT_TRUE(second.send(post("/held/huge", limits.large_body + 1)));
  const auto answer = second.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(code_of(*answer), "too_many_large_requests");
}

TEST(HttpListener, AUserHasSoManyLargeRequestsInHandAndNoMore) {
  Held held;
  ListenerLimits limits;
  limits.large_bodies = 2;  // of which nobody gets more than half
  TestGateway gateway(held.script(), limits);
  RawClient first(gateway.socket());
  ASSERT_TRUE(first.send(post("/held/large", 70 << 10)));
  held.wait_for(1);
  RawClient second(gateway.socket());
  ASSERT_TRUE(second.send(post("/held/large", 70 << 10)));
  auto answer = second.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(code_of(*answer), "too_many_large_requests");
  EXPECT_NE(answer->header.find("\r\nRetry-After: 1\r\n"), std::string::npos);
  held.answer_all();
  EXPECT_EQ(first.receive()->status, 200);
}

TEST(HttpListener, AnAnswerMayBeHeldBack) {
  TestGateway gateway([](const ApiRequest& request, const ScriptedApi::Done& done) {
    ApiAnswer answer{401, "{}", std::nullopt};
    if (request.target == "/wrong") answer.hold = Milliseconds(60'000);
    done(std::move(answer));
  });
  RawClient wrong(gateway.socket());
  ASSERT_TRUE(wrong.send("GET /wrong HTTP/1.1\r\n\r\n"));
  RawClient other(gateway.socket());
  for (int i = 0; i < 3; ++i) {  // nobody else waits
    ASSERT_TRUE(other.send(plain_get));
    EXPECT_TRUE(other.receive());
  }
  gateway.stop();  // nor does a gateway that stops
  EXPECT_EQ(wrong.receive()->status, 401);
}

TEST(HttpListener, SlowRequestsAreCutOff) {
  ListenerLimits limits;
  limits.request = Milliseconds(100);
  TestGateway gateway(ScriptedApi::echo, limits);
  RawClient header(gateway.socket());
  ASSERT_TRUE(header.send("GET / HT"));
  EXPECT_TRUE(header.closed());
  RawClient body(gateway.socket());
  ASSERT_TRUE(body.send(post("/x", 10).substr(0, 50)));
  EXPECT_TRUE(body.closed());
  EXPECT_EQ(gateway.api().calls(), 0);
}

TEST(HttpListener, WhoDoesNotReadHisAnswerIsCutOff) {
  ListenerLimits limits;
  limits.request = Milliseconds(100);
  limits.connections = 4;  // of which nobody gets more than half
  TestGateway gateway(
      [](const ApiRequest& request, const ScriptedApi::Done& done) {
        const std::size_t more_than_a_socket_holds = 32 << 20;
        const bool endless = request.target == "/endless";
        done({200, std::string(endless ? more_than_a_socket_holds : 1, 'x'), std::nullopt});
      },
      limits);
  RawClient deaf(gateway.socket());
  ASSERT_TRUE(deaf.send("GET /endless HTTP/1.1\r\n\r\n"));
  RawClient other(gateway.socket());
  ASSERT_TRUE(other.send(plain_get));
  ASSERT_TRUE(other.receive());
  wait_until_served(gateway);
  EXPECT_FALSE(deaf.receive());
}

TEST(HttpListener, IdleConnectionsAreClosed) {
  ListenerLimits limits;
  limits.idle = Milliseconds(100);
  TestGateway gateway(ScriptedApi::echo, limits);
  RawClient silent(gateway.socket());
  EXPECT_TRUE(silent.closed());
  RawClient once(gateway.socket());
  ASSERT_TRUE(once.send(plain_get));
  EXPECT_TRUE(once.receive());
  EXPECT_TRUE(once.closed());
}

TEST(HttpListener, TheApiMayAnswerFromAnyThread) {
  std::vector<std::thread> threads;
  {
    TestGateway gateway([&](ApiRequest request, ScriptedApi::Done done) {
      threads.emplace_back([request = std::make_shared<ApiRequest>(std::move(request)),
                            done = std::move(done)] { ScriptedApi::echo(*request, done); });
    });
    RawClient client(gateway.socket());
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(client.send(plain_get));
      ASSERT_TRUE(client.receive());
    }
  }
  for (auto& thread : threads) thread.join();
}

TEST(HttpListener, OneClientDoesNotWaitForAnother) {
  Held held;
  TestGateway gateway(held.script());
  RawClient first(gateway.socket());
  RawClient second(gateway.socket());
  ASSERT_TRUE(first.send("GET /held HTTP/1.1\r\n\r\n"));
  held.wait_for(1);
  ASSERT_TRUE(second.send(plain_get));
  EXPECT_TRUE(second.receive());
  held.answer_all();
  EXPECT_EQ(first.receive()->body, "{\"late\":true}");
}

TEST(HttpListener, RetryAfterIsPassedOn) {
  TestGateway gateway([](const ApiRequest&, const ScriptedApi::Done& done) {
    done({503, "{}", 7});
  });
  RawClient client(gateway.socket());
  ASSERT_TRUE(client.send(plain_get));
  const auto answer = client.receive();
  EXPECT_EQ(answer->status, 503);
  EXPECT_NE(answer->header.find("\r\nRetry-After: 7\r\n"), std::string::npos);
}

TEST(HttpListener, AUserHasSoManyConnectionsAndNoMore) {
  ListenerLimits limits;
  limits.connections = 4;  // of which nobody gets more than half
  TestGateway gateway(ScriptedApi::echo, limits);
  RawClient first(gateway.socket());
  auto second = std::make_unique<RawClient>(gateway.socket());
  for (RawClient* each : {&first, second.get()}) {
    ASSERT_TRUE(each->send(plain_get));
    ASSERT_TRUE(each->receive());
  }
  RawClient third(gateway.socket());
  const auto answer = third.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(code_of(*answer), "too_many_connections");
  EXPECT_NE(answer->header.find("\r\nRetry-After: 1\r\n"), std::string::npos);
  EXPECT_TRUE(third.closed());
  second.reset();
  wait_until_served(gateway);  // once the listener noticed that one has gone
}

TEST(HttpListener, StoppingAnswersWhatIsInFlightAndClosesTheRest) {
  Held held;
  TestGateway gateway(held.script());
  RawClient idle(gateway.socket());
  ASSERT_TRUE(idle.send(plain_get));
  ASSERT_TRUE(idle.receive());
  RawClient busy(gateway.socket());
  ASSERT_TRUE(busy.send("GET /held HTTP/1.1\r\n\r\n"));
  held.wait_for(1);
  gateway.stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_FALSE(RawClient(gateway.socket()).connected());
  EXPECT_FALSE(std::filesystem::exists(gateway.socket()));
  held.answer_all();
  const auto answer = busy.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "{\"late\":true}");
  EXPECT_NE(answer->header.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(busy.closed());
  gateway.join();
}

TEST(HttpListener, StoppingLetsARequestThatHasBegunArrive) {
  TestGateway gateway;
  RawClient begun(gateway.socket());
  const std::string request = post("/begun", 10);
  ASSERT_TRUE(begun.send(request.substr(0, 50)));
  RawClient other(gateway.socket());
  for (int i = 0; i < 3; ++i) {  // by then the listener has seen the beginning
    ASSERT_TRUE(other.send(plain_get));
    ASSERT_TRUE(other.receive());
  }
  gateway.stop();
  EXPECT_TRUE(other.closed());
  ASSERT_TRUE(begun.send(request.substr(50)));
  const auto answer = begun.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(json::parse(answer->body).at("target"), "/begun");
  EXPECT_TRUE(begun.closed());
}

TEST(HttpListener, StoppingDoesNotWaitForEver) {
  Held held;
  ListenerLimits limits;
  limits.drain = Milliseconds(50);
  TestGateway gateway(held.script(), limits);
  RawClient busy(gateway.socket());
  ASSERT_TRUE(busy.send("GET /held HTTP/1.1\r\n\r\n"));
  held.wait_for(1);
  gateway.stop();
  gateway.join();
  gateway.destroy_listener();
  held.answer_all();  // too late: nobody is there, and nothing breaks
  EXPECT_TRUE(busy.closed());
}

}  // namespace
}  // namespace countersign::server
