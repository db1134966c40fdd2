#include "gateway/server/peer.h"

#include <sys/socket.h>

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

std::uint32_t overflow_uid() {
  std::ifstream file("/proc/sys/kernel/overflowuid");
  std::uint32_t uid = 0;
  return file >> uid ? uid : usual_overflow_uid;
}

}  // namespace countersign::server
