#include "tools/cli/session.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "core/text.h"
#include "gateway/client/bearer_token.h"
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

Status Session::read_config() {
  if (config_) return {};
  auto config = read_client_config();
  if (!config) return fail(config.error());
  config_ = std::move(*config);
  return {};
}

Status Session::connect() {
  if (auto read = read_config(); !read || services_) return read;
  auto services = make_services(*config_, bearer_token_from_environment(), err_);
  if (!services) return fail(std::move(services.error()));
  services_ = std::move(*services);
  return {};
}

Result<nlohmann::json> Session::perform(const char* operation_name,
                                        const OperationArguments& arguments,
                                        const nlohmann::json& body) {
  if (auto ready = connect(); !ready) return fail(ready.error());
  return services_->admin->perform(operation(operation_name), arguments, body);
}

Result<nlohmann::json> Session::perform_without_token(const char* operation_name,
                                                      const nlohmann::json& body) {
  if (auto read = read_config(); !read) return fail(read.error());
  const auto services = make_services(*config_, std::nullopt, err_);
  if (!services) return fail(services.error());
  return services->admin->perform(operation(operation_name), {}, body);
}

Result<SigningService*> Session::signing() {
  if (auto ready = connect(); !ready) return fail(ready.error());
  return services_->signing.get();
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
