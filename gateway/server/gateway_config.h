// gateway.json: what names code, secrets and places, read from a file that nobody else can write.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "hsm-backends/token_config.h"

namespace countersign::server {

struct GatewayConfig {
  std::string path;             ///< of the file it was read from
  std::string name;             ///< "name": origin of the log's tree head, e.g. "gw.example.com"
  std::string socket;           ///< "socket": Unix socket to listen on
  unsigned socket_mode = 0666;  ///< "socket_mode": octal text; who may connect, not who may sign
  std::string store;            ///< "store": SQLite file
  std::string mark;             ///< "mark": file apart from the store that knows how far it came
  std::string backups;          ///< "backups": folder for them; empty when none is named
  std::string log_key;          ///< "log_key": private key that signs the log's head
  bool verify = true;           ///< "verify": "on" or "off"; check each signature before release
  std::vector<hsm::TokenConfig> tokens;  ///< "tokens"
};

inline constexpr const char* default_mark = "/var/lib/countersign-mark/head";

/// Reads and checks the whole file. Every error is one line that names file, key and mend.
/// Errors: those of read_trusted_file(), `bad_json`, `bad_field`.
Result<GatewayConfig> read_gateway_config(const std::string& path);

}  // namespace countersign::server
