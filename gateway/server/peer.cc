#include "gateway/server/peer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace countersign::server {
namespace {

constexpr std::size_t most_groups = 65'536;  // NGROUPS_MAX of Linux
constexpr std::uint32_t usual_overflow_uid = 65'534;

bool read_groups(int descriptor, std::vector<std::uint32_t>& groups) {
  static_assert(sizeof(gid_t) == sizeof(std::uint32_t));
  groups.resize(32);
  while (true) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
      groups.resize(size / sizeof(gid_t));
      return true;
    }
    const std::size_t needed = size / sizeof(gid_t);
    if (errno != ERANGE || needed <= groups.size() || needed > most_groups) return false;
    groups.resize(needed);
  }
}

}  // namespace

std::optional<Peer> peer_of(int descriptor) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return std::nullopt;
  Peer peer{credentials.uid, credentials.gid, credentials.pid, {}};
  if (!read_groups(descriptor, peer.groups)) return std::nullopt;
  return peer;
}

Result<Peer> peer_of_this_process() {
  Peer peer{getuid(), getgid(), getpid(), {}};
  if (peer.uid == overflow_uid()) return fail(unknown_user());
  const int count = getgroups(0, nullptr);
  peer.groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  const int got = getgroups(count, peer.groups.data());
  peer.groups.resize(static_cast<std::size_t>(std::max(got, 0)));
  return peer;
}

Error unknown_user() {
  return {ErrorKind::unauthenticated, "unknown_user",
          "the kernel does not say which user is calling",
          "call as a user who has a number outside the container"};
}

std::uint32_t overflow_uid() {
  std::ifstream file("/proc/sys/kernel/overflowuid");
  std::uint32_t uid = 0;
  return file >> uid ? uid : usual_overflow_uid;
}

}  // namespace countersign::server
