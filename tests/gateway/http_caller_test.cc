// Whom the listener takes the caller for: what the kernel says, and the bearer token.
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/gateway/raw_client.h"
#include "tests/gateway/test_gateway.h"

namespace countersign::server {
namespace {

using nlohmann::json;

TEST(HttpCaller, TheKernelSaysWhoCalls) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  ASSERT_TRUE(client.send(plain_get));
  const json peer = json::parse(client.receive()->body);
  EXPECT_EQ(peer.at("uid"), geteuid());
  EXPECT_EQ(peer.at("gid"), getegid());
  EXPECT_EQ(peer.at("pid"), getpid());
  std::vector<gid_t> groups(static_cast<std::size_t>(getgroups(0, nullptr)));
  ASSERT_GE(getgroups(static_cast<int>(groups.size()), groups.data()), 0);
  EXPECT_EQ(peer.at("groups"), json(groups));
}

TEST(HttpCaller, ManyGroupsAreAllTold) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to set groups";
  TestGateway gateway;
  const pid_t child = fork();
  if (child == 0) {
    std::vector<gid_t> groups;
    for (gid_t group = 5000; group < 5100; ++group) groups.push_back(group);
    if (setgroups(groups.size(), groups.data()) != 0) _exit(2);
    RawClient client(gateway.socket());
    client.send(plain_get);
    const auto answer = client.receive();
    _exit(answer && json::parse(answer->body).at("groups") == json(groups) ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(HttpCaller, TheUserWhoStandsForUnknownOnesIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  TestGateway gateway;
  const pid_t child = fork();
  if (child == 0) {
    if (setresuid(65534, 65534, 65534) != 0) _exit(2);
    RawClient client(gateway.socket());
    client.send(plain_get);
    const auto answer = client.receive();
    _exit(answer && answer->status == 401 && code_of(*answer) == "unknown_user" ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(gateway.api().calls(), 0);
}

TEST(HttpCaller, ABearerTokenIsPassedOn) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  ASSERT_TRUE(
      client.send("GET / HTTP/1.1\r\nAuthorization: Bearer cs_abcdefghijklmnopqrstuvwxyz\r\n\r\n"));
  EXPECT_EQ(json::parse(client.receive()->body).at("bearer"), "cs_abcdefghijklmnopqrstuvwxyz");
  ASSERT_TRUE(client.send(plain_get));
  EXPECT_EQ(json::parse(client.receive()->body).at("bearer"), "");
}

TEST(HttpCaller, OtherAuthorizationIsRefusedAndNotTakenForNone) {
  TestGateway gateway;
  RawClient client(gateway.socket());
  const std::string good = "Authorization: Bearer cs_abcdefghijklmnopqrstuvwxyz\r\n";
  for (const std::string& header :
       {std::string("Authorization: Bearer secret\r\n"), std::string("Authorization:\r\n"),
        std::string("Authorization: Basic cs_abcdefghijklmnopqrstuvwxyz\r\n"),
        std::string("Authorization: cs_abcdefghijklmnopqrstuvwxyz\r\n"), good + good}) {
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\n" + header + "\r\n"));
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 401) << header;
    EXPECT_EQ(code_of(*answer), "bad_authorization");
    EXPECT_EQ(answer->body.find("secret"), std::string::npos);
  }
  EXPECT_EQ(gateway.api().calls(), 0);
}

}  // namespace
}  // namespace countersign::server
