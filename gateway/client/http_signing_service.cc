#include "gateway/client/http_signing_service.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <variant>

#include "core/exit_gate.h"
#include "gateway/client/connection_pool.h"
#include "gateway/client/http_target.h"
#include "gateway/client/wire.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr Milliseconds first_pause{50};
constexpr Milliseconds longest_pause{2'000};
constexpr Milliseconds pause_between_looks{1'000};
/// For how long a listing is repeated while the gateway says when to come back: it is there.
constexpr Milliseconds longest_turned_away{10'000};
constexpr int most_pages = 1000;  // a gateway that always says "more" ends here

/// The JSON object of a good answer, or the error that the answer tells.
Result<json> body_of(const HttpAnswer& answer) {
  if (answer.status != 200 && answer.status != 202)
    return fail(wire::error_from_answer(answer.status, answer.body));
  return wire::parse_object(answer.body);
}

void sleep_away(Milliseconds time) {
  const ExitGate::Away waiting;
  std::this_thread::sleep_for(time);
}

class HttpSigningService final : public SigningService {
 public:
  HttpSigningService(std::unique_ptr<Transport> transport, Milliseconds patience)
      : transport_(std::move(transport)), patience_(patience) {}

  Result<std::vector<SignerInfo>> signers(Milliseconds patience) override;
  Result<Signature> sign(const SignatureRequest& request, Milliseconds patience) override;
  Result<Explanation> explain(const std::string& signer_name) override;

 private:
  using SignAnswer = std::variant<Signature, AwaitedApproval>;
  static Result<SignAnswer> read_answer(int status, const json& body);
  Result<SignAnswer> ask(const std::string& target, const SignatureRequest& request,
                         Deadline deadline);
  /// What the gateway answers, and with which status. While it says when to come back, the call is
  /// repeated until `end`; without an answer, which takes `patience` at most, only if `persistent`.
  Result<std::pair<int, json>> ask_again(const HttpRequest& call, Milliseconds patience,
                                         Deadline end, bool persistent);
  Result<json> get(const char* operation_name, const OperationArguments& arguments,
                   Milliseconds patience, Deadline end);

  const std::unique_ptr<Transport> transport_;
  const Milliseconds patience_;
};

Result<std::pair<int, json>> HttpSigningService::ask_again(const HttpRequest& call,
                                                           Milliseconds patience, Deadline end,
                                                           bool persistent) {
  for (Milliseconds pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    const Deadline deadline = std::min(end, std::chrono::steady_clock::now() + patience);
    const auto answer = transport_->exchange(call, deadline);
    auto body = answer ? body_of(*answer) : fail(answer.error());
    if (body) return std::pair(answer->status, std::move(*body));
    const bool final = answer ? !answer->retry_after : !persistent;
    if (final || body.error().kind != ErrorKind::unavailable) return fail(std::move(body.error()));
    const Milliseconds asked = answer ? answer->retry_after.value_or(pause) : pause;
    const Milliseconds wait = std::clamp(asked, pause, longest_pause);
    if (std::chrono::steady_clock::now() + wait >= end) return fail(std::move(body.error()));
    sleep_away(wait);
  }
}

Result<json> HttpSigningService::get(const char* operation_name,
                                     const OperationArguments& arguments, Milliseconds patience,
                                     Deadline end) {
  auto target = http_target(operation(operation_name), arguments);
  if (!target) return fail(std::move(target.error()));
  auto answer = ask_again({"GET", std::move(*target), ""}, patience, end, false);
  if (!answer) return fail(std::move(answer.error()));
  return std::move(answer->second);
}

Result<std::vector<SignerInfo>> HttpSigningService::signers(Milliseconds patience) {
  const Deadline end = std::chrono::steady_clock::now() + std::max(patience, longest_turned_away);
  std::vector<SignerInfo> all;
  OperationArguments arguments{{"may", "sign"}};
  for (int page = 0; page < most_pages; ++page) {
    const auto body = get("signer.list", arguments, patience, end);
    if (!body) return fail(body.error());
    auto signers = wire::signers_from_json(*body);
    if (!signers) return fail(std::move(signers.error()));
    const bool more = body->value("more", json()) == json(true) && !signers->empty();
    if (more) arguments["after"] = std::to_string(signers->back().id);
    std::move(signers->begin(), signers->end(), std::back_inserter(all));
    if (!more) break;
  }
  std::sort(all.begin(), all.end(),
            [](const SignerInfo& a, const SignerInfo& b) { return a.slot < b.slot; });
  return all;
}

Result<HttpSigningService::SignAnswer> HttpSigningService::read_answer(int status,
                                                                       const json& body) {
  if (status == 202) {
    auto awaited = wire::awaited_approval_from_json(body);
    if (!awaited) return fail(std::move(awaited.error()));
    return SignAnswer(std::move(*awaited));
  }
  auto signature = wire::signature_from_json(body);
  if (!signature) return fail(std::move(signature.error()));
  return SignAnswer(std::move(*signature));
}

Result<HttpSigningService::SignAnswer> HttpSigningService::ask(const std::string& target,
                                                               const SignatureRequest& request,
                                                               Deadline deadline) {
  const HttpRequest call{"POST", target, wire::to_json(request).dump()};
  // No answer at all is always worth a repetition: the operation id sees to it.
  const auto patience =
      std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
  const auto answer = ask_again(call, patience, deadline, true);
  if (!answer) return fail(answer.error());
  return read_answer(answer->first, answer->second);
}

Result<Signature> HttpSigningService::sign(const SignatureRequest& request, Milliseconds patience) {
  const auto target =
      http_target(operation("signature.create"), {{"signer", std::to_string(request.signer)}});
  if (!target) return fail(target.error());
  SignatureRequest asked = request;
  asked.auto_request = request.auto_request || request.wait.count() > 0;
  const Deadline waits_until = std::chrono::steady_clock::now() + request.wait;
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    asked.wait = std::max(std::chrono::ceil<Milliseconds>(waits_until - now), Milliseconds(0));
    auto answer =
        ask(*target, asked, now + patience + (asked.waits_for ? asked.wait : Milliseconds(0)));
    if (!answer) return fail(std::move(answer.error()));
    if (auto* const signature = std::get_if<Signature>(&*answer)) return std::move(*signature);
    const auto& awaited = std::get<AwaitedApproval>(*answer);
    if (std::chrono::steady_clock::now() >= waits_until)
      return fail(ErrorKind::denied, "approval_pending", awaited.message,
                  "run the same again when it is approved: an approver can run: "
                  "countersign request approve " +
                      std::to_string(awaited.request));
    if (!asked.waits_for && request.on_waiting) request.on_waiting(awaited);
    // Whoever cannot hold the call until the request changes answers at once again.
    if (asked.waits_for) sleep_away(pause_between_looks);
    asked.waits_for = awaited.request;
  }
}

Result<Explanation> HttpSigningService::explain(const std::string& signer_name) {
  const Deadline end = std::chrono::steady_clock::now() + patience_;
  const auto body = get("signature.explain", {{"signer", signer_name}}, patience_, end);
  if (!body) return fail(body.error());
  return wire::explanation_from_json(*body);
}

}  // namespace

std::unique_ptr<SigningService> make_http_signing_service(ClientConfig config,
                                                          std::optional<SecureBytes> token) {
  const Milliseconds patience = config.sign_timeout;
  return make_http_signing_service(
      std::make_unique<ConnectionPool>(std::move(config), std::move(token)), patience);
}

std::unique_ptr<SigningService> make_http_signing_service(std::unique_ptr<Transport> transport,
                                                          Milliseconds patience) {
  return std::make_unique<HttpSigningService>(std::move(transport), patience);
}

}  // namespace countersign
