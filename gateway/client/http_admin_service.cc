#include "gateway/client/http_admin_service.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/client/connection_pool.h"
#include "gateway/client/http_target.h"
#include "gateway/client/wire.h"

namespace countersign {
namespace {

class HttpAdminService final : public AdminService {
 public:
  HttpAdminService(std::unique_ptr<Transport> transport, Milliseconds patience)
      : transport_(std::move(transport)), patience_(patience) {}

  Result<nlohmann::json> perform(const Operation& operation, const OperationArguments& arguments,
                                 const nlohmann::json& body) override {
    auto target = http_target(operation, arguments);
    if (!target) return fail(std::move(target.error()));
    HttpRequest request{std::string(operation.method), std::move(*target), ""};
    if (!body.is_null())
      request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const Deadline deadline = std::chrono::steady_clock::now() + patience_;
    const auto answer = transport_->exchange(request, deadline);
    wipe(request.body.data(), request.body.size());  // an enrolment code may be in it
    if (!answer) return fail(answer.error());
    if (answer->status != 200) return fail(wire::error_from_answer(answer->status, answer->body));
    return wire::parse_object(answer->body);
  }

 private:
  const std::unique_ptr<Transport> transport_;
  const Milliseconds patience_;
};

}  // namespace

std::unique_ptr<AdminService> make_http_admin_service(ClientConfig config,
                                                      std::optional<SecureBytes> token) {
  const Milliseconds patience = config.sign_timeout;
  return make_http_admin_service(
      std::make_unique<ConnectionPool>(std::move(config), std::move(token)), patience);
}

std::unique_ptr<AdminService> make_http_admin_service(std::unique_ptr<Transport> transport,
                                                      Milliseconds patience) {
  return std::make_unique<HttpAdminService>(std::move(transport), patience);
}

}  // namespace countersign
