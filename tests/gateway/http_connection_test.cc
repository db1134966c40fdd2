// The client's connection: kept, lost, inherited, abused, and never given to a stranger.
#include "gateway/client/http_connection.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "tests/gateway/canned_server.h"
#include "tests/gateway/test_gateway.h"

namespace countersign {
namespace {

using nlohmann::json;
using server::ScriptedApi;
using server::TestGateway;

const HttpRequest get{"GET", "/v1/signers", ""};
const HttpRequest post{"POST", "/v1/tokens", "{}"};

Deadline in(int milliseconds) {
  return std::chrono::steady_clock::now() + Milliseconds(milliseconds);
}
Deadline soon() {
  return in(10'000);
}

/// Runs `child` in a forked process; its exit status.
int forked(const std::function<int()>& child) {
  const pid_t process = fork();
  if (process == 0) _exit(child());
  int status = 0;
  waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class CannedConnection : public testing::Test {
 protected:
  const std::string& serve(std::vector<CannedServer::Connection> connections) {
    server_ = std::make_unique<CannedServer>(socket_, std::move(connections));
    return socket_;
  }

  const TemporaryFolder folder_;
  const std::string socket_ = folder_.path("gw.sock");
  std::unique_ptr<CannedServer> server_;
};

TEST_F(CannedConnection, WritesAPlainRequest) {
  HttpConnection connection(serve({{http_answer(200, "{}"), http_answer(200, "{}")}}), "nobody");
  const SecureBytes token("cs_abcdefghijklmnopqrstuvwxyz");
  ASSERT_TRUE(connection.exchange(get, nullptr, soon()));
  ASSERT_TRUE(connection.exchange(post, &token, soon()));
  const auto requests = server_->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0], "GET /v1/signers HTTP/1.1\r\nHost: countersign\r\n\r\n");
  EXPECT_EQ(requests[1],
            "POST /v1/tokens HTTP/1.1\r\nHost: countersign\r\n"
            "Authorization: Bearer cs_abcdefghijklmnopqrstuvwxyz\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_F(CannedConnection, ReadsStatusBodyAndRetryAfter) {
  HttpConnection connection(serve({{http_answer(503, "later", "Retry-After: 3\r\n")}}), "nobody");
  const auto answer = connection.exchange(get, nullptr, soon());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "later");
  EXPECT_EQ(answer->retry_after, Milliseconds(3000));
}

TEST_F(CannedConnection, ReconnectsSilentlyWhenTheGatewayClosedMeanwhile) {
  HttpConnection connection(serve({{http_answer(200, "1")}, {http_answer(200, "2")}}), "nobody");
  ASSERT_TRUE(connection.exchange(post, nullptr, soon()));
  server_->wait_for_closed(1);
  const auto answer = connection.exchange(post, nullptr, soon());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "2");
}

TEST_F(CannedConnection, SendsAReadAgainWhenAKeptConnectionBreaks) {
  HttpConnection connection(serve({{http_answer(200, "1"), ""}, {http_answer(200, "2")}}),
                            "nobody");
  ASSERT_TRUE(connection.exchange(get, nullptr, soon()));
  const auto answer = connection.exchange(get, nullptr, soon());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "2");
}

TEST_F(CannedConnection, NeverSendsAWriteAgain) {
  HttpConnection connection(serve({{http_answer(200, "1"), ""}, {http_answer(200, "2")}}),
                            "nobody");
  ASSERT_TRUE(connection.exchange(post, nullptr, soon()));
  const auto answer = connection.exchange(post, nullptr, soon());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "connection_broken");
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(server_->requests().size(), 2U);
}

TEST_F(CannedConnection, AnswersThatBreakOffAreBroken) {
  const std::string whole = http_answer(200, "{\"long\": true}");
  for (const std::size_t length : {std::size_t{0}, std::size_t{5}, whole.size() - 1}) {
    const TemporaryFolder folder;
    const CannedServer server(folder.path("s"), {{whole.substr(0, length)}});
    HttpConnection connection(folder.path("s"), "nobody");
    const auto answer = connection.exchange(post, nullptr, soon());
    ASSERT_FALSE(answer) << length;
    EXPECT_EQ(answer.error().code, "connection_broken");
  }
}

TEST_F(CannedConnection, AnswersThatAreNoHttpOrTooLargeAreRefused) {
  for (const std::string& text :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("HTTP/1.1 20 x\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nLong: " + std::string(20'000, 'x') + "\r\n\r\n",
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")}) {
    const TemporaryFolder folder;
    const CannedServer server(folder.path("s"), {{text}});
    HttpConnection connection(folder.path("s"), "nobody");
    const auto answer = connection.exchange(post, nullptr, soon());
    ASSERT_FALSE(answer) << text.substr(0, 40);
    EXPECT_EQ(answer.error().code, "bad_answer") << text.substr(0, 40);
  }
}

TEST_F(CannedConnection, BytesAfterAnAnswerAreNeverTakenForTheNextOne) {
  HttpConnection connection(
      serve({{http_answer(200, "1") + http_answer(200, "forged")}, {http_answer(200, "2")}}),
      "nobody");
  EXPECT_EQ(connection.exchange(post, nullptr, soon())->body, "1");
  EXPECT_EQ(connection.exchange(post, nullptr, soon())->body, "2");
}

TEST_F(CannedConnection, ATextThatIsNoTokenIsNotSent) {
  HttpConnection connection(serve({{http_answer(200, "{}")}}), "nobody");
  const SecureBytes token("cs_abcdefghijklmnopqrstuvwx\r\n");
  const auto answer = connection.exchange(get, &token, soon());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "bad_authorization");
  EXPECT_EQ(answer.error().kind, ErrorKind::unauthenticated);
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(CannedConnection, NobodyListening) {
  HttpConnection connection(socket_, "nobody");
  EXPECT_EQ(connection.exchange(get, nullptr, soon()).error().code, "gateway_unreachable");
  HttpConnection too_long("/" + std::string(200, 'x'), "nobody");
  EXPECT_EQ(too_long.exchange(get, nullptr, soon()).error().code, "gateway_unreachable");
  serve({{http_answer(200, "{}")}});
  EXPECT_TRUE(connection.exchange(get, nullptr, soon())) << "later it can be reached";
}

TEST(HttpConnection, GivesUpAtTheDeadline) {
  std::vector<ScriptedApi::Done> unanswered;
  TestGateway gateway([&](const server::ApiRequest&, ScriptedApi::Done done) {
    unanswered.push_back(std::move(done));
  });
  HttpConnection connection(gateway.socket(), "nobody");
  const auto answer = connection.exchange(get, nullptr, in(100));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "gateway_timeout");
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  gateway.stop();
  for (const auto& done : unanswered) done({200, "{}", std::nullopt});
}

TEST(HttpConnection, ReadsARefusalThatComesBeforeAllIsSent) {
  TestGateway gateway;
  HttpConnection connection(gateway.socket(), "nobody");
  const HttpRequest huge{"POST", "/v1/signers", std::string(8 << 20, 'x')};
  const auto answer = connection.exchange(huge, nullptr, soon());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 413);
}

TEST(HttpConnection, AForkedChildHasItsOwn) {
  TestGateway gateway;
  HttpConnection connection(gateway.socket(), "nobody");
  const auto pid_seen = [&] {
    const auto answer = connection.exchange(get, nullptr, soon());
    return answer ? json::parse(answer->body).at("pid").get<pid_t>() : -1;
  };
  ASSERT_EQ(pid_seen(), getpid());
  EXPECT_EQ(forked([&] { return pid_seen() == getpid() ? 0 : 1; }), 0);
  EXPECT_EQ(pid_seen(), getpid()) << "the parent's connection must have survived";
}

TEST(HttpConnection, StandardDescriptorsStayFree) {
  TestGateway gateway;
  EXPECT_EQ(forked([&] {
              for (const int standard : {0, 1, 2}) close(standard);
              HttpConnection connection(gateway.socket(), "nobody");
              if (!connection.exchange(get, nullptr, soon())) return 1;
              for (const int standard : {0, 1, 2})
                if (fcntl(standard, F_GETFD) != -1) return 2;
              return 0;
            }),
            0);
}

TEST(HttpConnection, DescriptorsAreNotPassedToProgramsThatTheHostRuns) {
  TestGateway gateway;
  EXPECT_EQ(forked([&] {
              closefrom(3);
              HttpConnection connection(gateway.socket(), "nobody");
              if (!connection.exchange(get, nullptr, soon())) return 1;
              int found = 0;
              for (int descriptor = 3; descriptor < 64; ++descriptor) {
                const int flags = fcntl(descriptor, F_GETFD);
                if (flags == -1) continue;
                ++found;
                if ((flags & FD_CLOEXEC) == 0) return 2;
              }
              return found == 1 ? 0 : 3;
            }),
            0);
}

TEST(HttpConnection, ADescriptorThatTheHostTookBackIsNotTouched) {
  TestGateway gateway;
  const TemporaryFolder folder;
  const std::string file = folder.write("host-file", "");
  EXPECT_EQ(forked([&] {
              closefrom(3);
              HttpConnection connection(gateway.socket(), "nobody");
              if (!connection.exchange(get, nullptr, soon())) return 1;
              closefrom(3);
              for (int i = 0; i < 8; ++i)
                if (open(file.c_str(), O_RDWR) < 0) return 2;
              if (!connection.exchange(get, nullptr, soon())) return 3;
              for (int descriptor = 3; descriptor < 11; ++descriptor)
                if (fcntl(descriptor, F_GETFD) == -1) return 4;
              return 0;
            }),
            0);
  EXPECT_EQ(std::filesystem::file_size(file), 0U);
}

TEST(HttpConnection, ASocketThatTheHostPutInItsPlaceIsNotTouched) {
  TestGateway gateway;
  EXPECT_EQ(forked([&] {
              closefrom(3);
              HttpConnection connection(gateway.socket(), "nobody");
              if (!connection.exchange(get, nullptr, soon())) return 1;
              closefrom(3);
              int pairs[4][2];
              for (auto& pair : pairs)
                if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) return 2;
              if (!connection.exchange(get, nullptr, in(1000))) return 3;
              char byte = 0;
              for (const auto& pair : pairs)
                for (const int end : pair)
                  if (recv(end, &byte, 1, 0) != -1 || errno != EAGAIN) return 4;
              return 0;
            }),
            0);
}

/// Listens at `socket` as another user and waits for one connection: 0 when it brought nothing.
int listen_as_stranger(const std::string& socket, uid_t uid, int ready) {
  if (setresuid(uid, uid, uid) != 0) return 2;
  CannedServer server(socket, {{http_answer(200, "{}")}});
  if (write(ready, "x", 1) != 1) return 3;
  server.wait_for_closed(1);
  return server.requests().empty() ? 0 : 1;
}

class Stranger : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
    chmod(folder_.path(".").c_str(), 01777);
    ASSERT_EQ(pipe(pipe_), 0);
    child_ = fork();
    if (child_ == 0) _exit(listen_as_stranger(socket_, 12'345, pipe_[1]));
    char byte = 0;
    ASSERT_EQ(read(pipe_[0], &byte, 1), 1);
  }
  int end() const {
    int status = 0;
    waitpid(child_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  const TemporaryFolder folder_;
  const std::string socket_ = folder_.path("s");
  int pipe_[2] = {-1, -1};
  pid_t child_ = -1;
};

TEST_F(Stranger, IsToldNothing) {
  {
    HttpConnection connection(socket_, "countersign-nobody-of-that-name");
    const SecureBytes token("cs_abcdefghijklmnopqrstuvwxyz");
    const auto answer = connection.exchange(get, &token, soon());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "gateway_not_trusted");
  }
  EXPECT_EQ(end(), 0);
}

}  // namespace
}  // namespace countersign
