#include "tools/cli/doctor/gateway_side.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include "core/trusted_file.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/store_recovery.h"
#include "hsm-backends/pkcs11_library.h"

namespace countersign::doctor {
namespace {

/// Below this the store may soon not be able to grow, and then nothing is signed.
constexpr std::uint64_t little_space = 256U << 20;
constexpr const char* mark_check = "mark file";

/// A file of the gateway's own: there, its own, closed to everybody else.
Finding check_own_file(const std::string& check, const std::string& path, const std::string& make) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0)
    return failed(check, path + ": " + std::system_category().message(errno),
                  errno == ENOENT ? make : "make it accessible to the gateway's user");
  if (status.st_uid != geteuid())
    return failed(check, path + " belongs to user " + std::to_string(status.st_uid),
                  "run: chown " + std::to_string(geteuid()) + " " + path);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return failed(check, path + " is open to others", "run: chmod 600 " + path);
  return fine(check, path);
}

Finding check_store(const std::string& path) {
  const std::string init = "run as the gateway's user: countersign init --admin NAME";
  Finding file = check_own_file("store file", path, init);
  if (file.state != State::ok) return file;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (access(path.c_str(), W_OK) != 0 || access(folder.c_str(), W_OK | X_OK) != 0)
    return failed("store file",
                  path + " cannot be written: " + std::system_category().message(errno),
                  "see that its folder is the gateway's own and not mounted read-only");
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) == 0 && space.f_bavail * space.f_frsize < little_space)
    return warning("store file", folder + " has less than 256 MiB free",
                   "make room there: with a full disk nothing is signed");
  return file;
}

/// That the mark agrees with the store is what the running gateway sees to; whether it is this
/// gateway's at all can be seen here.
Finding check_mark(const server::GatewayConfig& config) {
  const std::string folder = std::filesystem::path(config.mark).parent_path().string();
  const std::string recover =
      "put it back, or with countersignd stopped run as the gateway's user: countersign recover "
      "--reason TEXT";
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return failed(mark_check,
                  folder + " cannot be written: " + std::system_category().message(errno),
                  errno == ENOENT ? "run: systemd-tmpfiles --create countersign.conf"
                                  : "see that it is the gateway's own and not mounted read-only");
  Finding file = check_own_file(mark_check, config.mark, recover);
  if (file.state != State::ok) return file;
  if (!check_secret_file("the log key", config.log_key))
    return not_seen(mark_check, "whose it is is seen with the log key", "mend the log key first");
  const auto records = server::records_of_mark(config);
  if (!records) return failed(mark_check, records.error(), recover);
  return fine(mark_check, config.mark + " knows of " + std::to_string(*records) + " records");
}

Finding check_backups(const std::string& folder) {
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0)
    return failed("backups", folder + ": " + std::system_category().message(errno),
                  "run as the gateway's user: mkdir -m 700 " + folder);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return failed("backups", "others can change what is in " + folder, "run: chmod 700 " + folder);
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return failed("backups",
                  folder + " cannot be written: " + std::system_category().message(errno),
                  "see that it is the gateway's own and not mounted read-only");
  return fine("backups", folder);
}

struct PinCheck {
  std::string check;

  Finding operator()(const hsm::PinFile& file) const {
    if (auto trusted = check_secret_file("PIN file", file.path); !trusted)
      return failed(check, trusted.error());
    return fine(check, file.path);
  }
  Finding operator()(const hsm::PinCredential& credential) const {
    return not_seen(check, "credential " + credential.name + " is handed over by systemd alone",
                    "see LoadCredential= in: systemctl cat countersignd");
  }
  Finding operator()(const hsm::PinCommand& command) const {
    const std::string& program = command.argv.front();
    if (access(program.c_str(), X_OK) != 0)
      return failed(check, program + ": " + std::system_category().message(errno),
                    "run: chmod +x " + program);
    return fine(check, program);
  }
};

/// What both shapes need of the files that are named.
Findings check_files(const server::GatewayConfig& config) {
  Findings all;
  if (auto key = check_secret_file("log key", config.log_key); !key)
    all.push_back(failed("log key", key.error()));
  else
    all.push_back(fine("log key", config.log_key));
  all.push_back(check_store(config.store));
  if (!config.backups.empty()) all.push_back(check_backups(config.backups));
  for (const hsm::TokenConfig& token : config.tokens)
    all.push_back(std::visit(PinCheck{"PIN source of " + token.name}, token.pin));
  return all;
}

Findings config_failed(const std::string& path, const Error& error) {
  if (error.code != "file_missing")
    return {failed("gateway config", error, "see countersign-gateway.json(5)")};
  return {failed("gateway config", error.message,
                 "run: cp /usr/share/doc/countersign/examples/gateway.json " + path +
                     "; then write your token into it")};
}

}  // namespace

Findings check_gateway_config(const std::string& path, const std::string& client_socket) {
  const auto config = server::read_gateway_config(path);
  if (!config) return config_failed(path, config.error());
  Findings all{fine("gateway config", path)};
  if (config->socket != client_socket)
    all.push_back(
        warning("gateway config",
                "the gateway listens at " + config->socket + ", clients look at " + client_socket,
                "make \"socket\" the same in gateway.json and client.json"));
  for (Finding& each : check_files(*config)) all.push_back(std::move(each));
  all.push_back(check_mark(*config));
  return all;
}

Findings check_embedded_config(const std::string& path) {
  const auto config = server::read_gateway_config(path);
  if (!config) return config_failed(path, config.error());
  Findings all{fine("gateway config", path)};
  for (Finding& each : check_files(*config)) all.push_back(std::move(each));
  return all;
}

Findings check_module(const std::string& path) {
  hsm::TokenConfig config;
  config.library = path;
  const auto library = hsm::Pkcs11Library::open(config);
  const std::string install = "run: cmake --install build/release";
  if (!library) return {failed("module", library.error().message, install)};
  unsigned long slots = 0;
  const auto value = (*library)->call(&CK_FUNCTION_LIST::C_GetSlotList,
                                      static_cast<unsigned char>(1), nullptr, &slots);
  if (value != 0)
    return {failed("module", (*library)->failure("C_GetSlotList", value).error.message, install)};
  return {fine("module",
               path + " shows " + std::to_string(slots) + (slots == 1 ? " signer" : " signers"))};
}

}  // namespace countersign::doctor
