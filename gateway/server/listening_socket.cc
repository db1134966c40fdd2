#include "gateway/server/listening_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace countersign::server {
namespace {

tl::unexpected<Error> bad_socket(const std::string& path, const std::string& why,
                                 const std::string& remedy) {
  return fail(ErrorKind::invalid, "bad_socket", "socket " + path + ": " + why, remedy);
}

tl::unexpected<Error> system_failure(const std::string& path, int error) {
  return bad_socket(path, std::system_category().message(error),
                    "check that its folder exists and that this user may write there");
}

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int stream_socket() {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/// Removes a socket that nobody listens on; leaves alone whatever else stands at `path`.
Status remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return system_failure(path, errno);
  }
  if (!S_ISSOCK(status.st_mode))
    return bad_socket(path, "something that is no socket stands there",
                      "move it away, or correct \"socket\" in the config");
  const int probe = stream_socket();
  if (probe < 0) return system_failure(path, errno);
  const bool alive =
      connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno != ECONNREFUSED;
  close(probe);
  if (alive)
    return fail(ErrorKind::unavailable, "socket_in_use",
                "socket " + path + " is in use by another process",
                "stop the daemon that runs already");
  if (unlink(path.c_str()) != 0) return system_failure(path, errno);
  return {};
}

}  // namespace

ListeningSocket::ListeningSocket(int descriptor, std::string path)
    : descriptor_(descriptor), path_(std::move(path)) {
  struct stat status {};
  if (!path_.empty() && lstat(path_.c_str(), &status) == 0) inode_ = status.st_ino;
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::exchange(other.path_, {})),
      inode_(other.inode_) {}

ListeningSocket::~ListeningSocket() {
  if (descriptor_ < 0) return;
  struct stat status {};
  if (!path_.empty() && lstat(path_.c_str(), &status) == 0 && status.st_ino == inode_)
    unlink(path_.c_str());
  close(descriptor_);
}

Result<ListeningSocket> ListeningSocket::take_from_systemd(int count, const std::string& path) {
  const int descriptor = SD_LISTEN_FDS_START;
  if (count != 1 || sd_is_socket_unix(descriptor, SOCK_STREAM, 1, path.c_str(), 0) <= 0)
    return bad_socket(
        path, "systemd hands over another socket, or several",
        "make ListenStream= of countersignd.socket and \"socket\" in the config agree");
  return ListeningSocket(descriptor, "");
}

Result<ListeningSocket> ListeningSocket::open(const std::string& path, unsigned mode) {
  if (const int count = sd_listen_fds(1); count > 0) return take_from_systemd(count, path);
  const auto address = address_of(path);
  if (!address) return system_failure(path, ENAMETOOLONG);
  if (auto free = remove_stale(path, *address); !free) return fail(std::move(free.error()));
  const int descriptor = stream_socket();
  if (descriptor < 0) return system_failure(path, errno);
  // Until chmod nobody else can connect, and nobody can at all before listen.
  fchmod(descriptor, S_IRUSR | S_IWUSR);
  const bool bound =
      bind(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  ListeningSocket made(descriptor, bound ? path : "");
  if (!bound || chmod(path.c_str(), mode) != 0 || listen(descriptor, SOMAXCONN) != 0)
    return system_failure(path, errno);
  return made;
}

}  // namespace countersign::server
