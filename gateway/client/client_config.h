// client.json: where the module and the command line find the gateway.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

inline constexpr const char* default_client_config = "/etc/countersign/client.json";
inline constexpr const char* default_gateway_config = "/etc/countersign/gateway.json";
inline constexpr const char* default_gateway_socket = "/run/countersign/gateway.sock";

/// How the gateway comes to know who calls.
enum class LoginMode {
  none,  ///< by his process, or COUNTERSIGN_TOKEN
  token  ///< by the bearer token that he gives as PIN
};

/// What a signature does that lacks nothing but an approval.
struct ApprovalSettings {
  Milliseconds wait{0};       ///< "wait_for_approval": how long it waits for one;
                              ///< COUNTERSIGN_WAIT goes before it
  bool auto_request = false;  ///< "auto_request": ask for one without waiting
  /// "request_metadata": of the request that is filed; COUNTERSIGN_METADATA adds to it and goes
  /// before it.
  std::map<std::string, std::string> metadata = {};
};

/// Every key may be left out.
struct ClientConfig {
  std::string path;                             ///< of the file; empty when there is none
  std::string socket = default_gateway_socket;  ///< "socket": the gateway's Unix socket
  std::string gateway_user = "countersign";     ///< "gateway_user": who may own it besides root
  std::string log = "stderr";                   ///< "log": "stderr", "none" or an absolute path
  std::string embedded;                         ///< "embedded": absolute path of the gateway.json
                                                ///< of the embedded shape; empty: a daemon is asked
  Milliseconds sign_timeout{30'000};            ///< "sign_timeout": how long a call may take
  ApprovalSettings approval = {};
  bool claim_command_line = false;    ///< "claim_command_line": tell it with each signature
  LoginMode login = LoginMode::none;  ///< "login": "none" or "token"
  std::vector<std::string> signers;   ///< "signers": the slots to show, with "token" only
};

/// The configuration of the gateway that is to run in this process: COUNTERSIGN_GATEWAY_CONFIG
/// (secure_getenv(3)), else what client.json says; empty when a daemon is to be asked.
std::string embedded_gateway_config(const ClientConfig& config);

/// How long to wait for an approval. Errors: `bad_wait`.
Result<Milliseconds> wait_from_text(const std::string& text);

/// Fields of a request, "NAME=VALUE", several with a comma between two. Errors: `bad_metadata`.
Result<std::map<std::string, std::string>> metadata_from_text(const std::string& text);

/// Reads the file named by COUNTERSIGN_CONFIG (secure_getenv(3)). Without it the default file; when
/// that does not exist either, the defaults hold. COUNTERSIGN_WAIT and COUNTERSIGN_METADATA
/// (secure_getenv(3)) go before what is said there. Every error is one line that names file, key
/// and mend. Errors: those of read_trusted_file(), `bad_json`, `bad_field`.
Result<ClientConfig> read_client_config();

/// The same for one file, which must exist.
Result<ClientConfig> read_client_config(const std::string& path);

}  // namespace countersign
