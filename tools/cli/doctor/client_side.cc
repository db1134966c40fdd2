#include "tools/cli/doctor/client_side.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "core/text.h"

namespace countersign::doctor {
namespace {

constexpr const char* socket_check = "socket";

/// The user's name where there is one, his number otherwise. For one thread.
std::string name_of(uid_t user) {
  const passwd* const entry = getpwuid(user);  // NOLINT(concurrency-mt-unsafe)
  return entry == nullptr ? std::to_string(user) : entry->pw_name;
}

bool may_own(const ClientConfig& config, uid_t user) {
  return user == 0 || user == geteuid() || name_of(user) == config.gateway_user;
}

bool others_write(const struct stat& status) {
  return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (status.st_mode & S_ISVTX) == 0;
}

}  // namespace

Finding check_client_config(const Result<ClientConfig>& config) {
  if (!config) return failed("client config", config.error());
  if (config->path.empty())
    return fine("client config",
                std::string("there is no ") + default_client_config + ": the defaults hold");
  return fine("client config", config->path);
}

Finding check_socket(const ClientConfig& config) {
  const std::string& path = config.socket;
  const std::string restart = "run: systemctl restart countersignd.socket";
  struct stat status {};
  if (stat(path.c_str(), &status) != 0)
    return failed(socket_check, path + ": " + std::system_category().message(errno),
                  errno == ENOENT ? "run: systemctl start countersignd.socket"
                                  : "correct \"socket\" in client.json");
  if (!S_ISSOCK(status.st_mode))
    return failed(socket_check, path + " is no socket", "correct \"socket\" in client.json");
  if (!may_own(config, status.st_uid))
    return failed(socket_check,
                  path + " belongs to " + name_of(status.st_uid) + ", neither root nor " +
                      config.gateway_user,
                  "correct \"socket\" or \"gateway_user\" in client.json");
  const std::string folder = std::filesystem::path(path).parent_path().string();
  struct stat parent {};
  if (stat(folder.c_str(), &parent) != 0)
    return failed(socket_check, folder + ": " + std::system_category().message(errno), restart);
  if (!may_own(config, parent.st_uid) || others_write(parent))
    return failed(socket_check, "others can replace what is in " + folder,
                  "run: chown root " + folder + " && chmod 755 " + folder);
  if (access(path.c_str(), W_OK) != 0)
    return failed(socket_check, path + ": you may not connect",
                  "correct SocketMode= in countersignd.socket, or \"socket_mode\" in gateway.json");
  return fine(socket_check, path + " belongs to " + name_of(status.st_uid));
}

}  // namespace countersign::doctor
