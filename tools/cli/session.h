// One run of the command line: where it asks, and where it answers.
#pragma once

#include <iosfwd>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/result.h"
#include "gateway/client/client_config.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/services.h"

namespace countersign {

/// Connects when first asked, as the account of COUNTERSIGN_TOKEN when that is set and as the
/// login otherwise. Not thread-safe.
class Session {
 public:
  /// `out` gets answers, `err` everything else; both outlive the session.
  Session(bool json, std::ostream& out, std::ostream& err);
  ~Session();

  bool json() const { return json_; }

  /// Performs the row `operation_name`; `body` is null for none. Errors: those of AdminService
  /// and of the client's configuration.
  Result<nlohmann::json> perform(const char* operation_name, const OperationArguments& arguments,
                                 const nlohmann::json& body);
  /// As perform(), sending no bearer token: for the call whose body says who is asking.
  Result<nlohmann::json> perform_without_token(const char* operation_name,
                                               const nlohmann::json& body);
  /// The signing calls. Valid as long as the session.
  Result<SigningService*> signing();
  /// Whether the gateway that was asked is in this very process.
  bool embedded() const { return config_ && !embedded_gateway_config(*config_).empty(); }
  /// How long a signing call may take, as configured.
  Milliseconds patience() const { return config_ ? config_->sign_timeout : Milliseconds{}; }
  /// What it does where only an approval is missing, as configured.
  ApprovalSettings approval() const { return config_ ? config_->approval : ApprovalSettings{}; }
  /// Whether the gateway is told this command line, as configured.
  bool claims_command_line() const { return config_ && config_->claim_command_line; }

  /// Prints the answer: `answer` with --json, `text` otherwise. Returns ok, for `return`.
  ExitCode print(const nlohmann::json& answer, const std::string& text);
  /// A line on stderr beside the answer; none with --json.
  void note(const std::string& line);
  /// One line on stderr, or the error object with --json.
  ExitCode print(const Error& error);

 private:
  Status read_config();
  Status connect();

  bool json_;
  std::ostream& out_;
  std::ostream& err_;
  std::optional<ClientConfig> config_;
  std::optional<Services> services_;
};

}  // namespace countersign
