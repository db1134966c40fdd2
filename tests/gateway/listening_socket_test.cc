// The socket itself: made, replaced, refused, taken from systemd, removed.
#include "gateway/server/listening_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "tests/gateway/raw_client.h"
#include "tests/gateway/temporary_folder.h"

namespace countersign::server {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(ListeningSocket, IsMadeWithItsModeAndRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder.path("gw.sock");
  {
    const auto socket = ListeningSocket::open(path, 0660);
    ASSERT_TRUE(socket) << socket.error().text();
    EXPECT_FALSE(socket->from_systemd());
    EXPECT_EQ(mode_of(path), 0660U);
    EXPECT_TRUE(RawClient(path).connected());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ListeningSocket, AStaleOneIsReplaced) {
  const TemporaryFolder folder;
  const std::string path = folder.path("gw.sock");
  const int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(stale, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(stale);
  EXPECT_TRUE(ListeningSocket::open(path, 0666));
}

TEST(ListeningSocket, ALivingOneIsLeftAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.path("gw.sock");
  const auto first = ListeningSocket::open(path, 0666);
  ASSERT_TRUE(first);
  const auto second = ListeningSocket::open(path, 0666);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "socket_in_use");
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(RawClient(path).connected());
}

TEST(ListeningSocket, ASuccessorsFileIsNotRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder.path("gw.sock");
  auto first = std::make_optional(ListeningSocket::open(path, 0666));
  ASSERT_TRUE(*first);
  std::filesystem::rename(path, folder.path("old.sock"));
  const auto second = ListeningSocket::open(path, 0666);
  ASSERT_TRUE(second);
  first.reset();
  EXPECT_TRUE(RawClient(path).connected());
}

TEST(ListeningSocket, WhatIsNoSocketIsLeftAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "precious");
  const auto socket = ListeningSocket::open(path, 0666);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, "bad_socket");
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(ListeningSocket::open(folder.path("none/gw.sock"), 0666).error().code, "bad_socket");
  EXPECT_EQ(ListeningSocket::open("/" + std::string(200, 'x'), 0666).error().code, "bad_socket");
}

/// Opens `path` in a child to which systemd seems to have passed `descriptor`. 0: taken; 1:
/// refused.
int open_as_service(const std::string& path, int descriptor) {
  const pid_t child = fork();
  if (child == 0) {
    dup2(descriptor, 3);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "1", 1);
    const auto socket = ListeningSocket::open(path, 0666);
    if (!socket) _exit(socket.error().code == "bad_socket" ? 1 : 2);
    _exit(socket->from_systemd() && socket->descriptor() == 3 ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ListeningSocket, SystemdsIsTakenWhenItIsTheConfiguredOne) {
  const TemporaryFolder folder;
  const std::string path = folder.path("gw.sock");
  const auto socket = ListeningSocket::open(path, 0666);
  ASSERT_TRUE(socket);
  EXPECT_EQ(open_as_service(path, socket->descriptor()), 0);
  EXPECT_EQ(open_as_service(folder.path("other.sock"), socket->descriptor()), 1);
  EXPECT_EQ(open_as_service(path, STDERR_FILENO), 1);
  EXPECT_TRUE(std::filesystem::exists(path)) << "systemd's socket is not the daemon's to remove";
}

}  // namespace
}  // namespace countersign::server
