#include "tools/cli/session.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "core/text.h"
#include "gateway/client/bearer_token.h"
#include "gateway/client/http_admin_service.h"
#include "gateway/client/http_signing_service.h"
#include "gateway/client/wire.h"

namespace countersign {
namespace {

/// Answers are valid UTF-8 already; other bytes could only come from this program's own arguments.
std::string json_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Session::Session(bool json, std::ostream& out, std::ostream& err)
    : json_(json), out_(out), err_(err) {}

Session::~Session() = default;

Status Session::connect() {
  if (config_) return {};
  auto config = read_client_config();
  if (!config) return fail(config.error());
  config_ = std::move(*config);
  return {};
}

Result<nlohmann::json> Session::perform(const char* operation_name,
                                        const OperationArguments& arguments,
                                        const nlohmann::json& body) {
  if (auto read = connect(); !read) return fail(read.error());
  if (!admin_) admin_ = make_http_admin_service(*config_, bearer_token_from_environment());
  return admin_->perform(operation(operation_name), arguments, body);
}

Result<nlohmann::json> Session::perform_without_token(const char* operation_name,
                                                      const nlohmann::json& body) {
  if (auto read = connect(); !read) return fail(read.error());
  return make_http_admin_service(*config_, std::nullopt)
      ->perform(operation(operation_name), {}, body);
}

Result<SigningService*> Session::signing() {
  if (auto read = connect(); !read) return fail(read.error());
  if (!signing_) signing_ = make_http_signing_service(*config_, bearer_token_from_environment());
  return signing_.get();
}

ExitCode Session::print(const nlohmann::json& answer, const std::string& text) {
  out_ << (json_ ? json_line(answer) + "\n" : text);
  return ExitCode::ok;
}

void Session::note(const std::string& line) {
  if (!json_) err_ << "countersign: " << printable(line) << "\n";
}

ExitCode Session::print(const Error& error) {
  if (json_)
    err_ << json_line(wire::to_json(error)) << "\n";
  else
    err_ << "countersign: " << printable(error.text()) << "\n";
  return exit_code(error);
}

}  // namespace countersign
