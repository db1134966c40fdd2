#include "tools/cli/request_watch.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/text.h"
#include "tools/cli/request_text.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

constexpr std::chrono::seconds between_looks{1};

/// What one sees of how far it has come.
std::string progress_text(const nlohmann::json& request) {
  std::string text = "request " + field_text(request, "id") + " is " + field_text(request, "state");
  for (const auto& step : field_of(request, "steps"))
    if (const std::string lacks = field_text(step, "lacks"); !lacks.empty() && lacks != "0")
      text += "; step " + printable(field_text(step, "name")) + " lacks " + lacks;
  return text;
}

}  // namespace

Result<ExitCode> watch_request(Session& session, const std::string& number) {
  std::string told;
  auto answer = session.perform("request.show", {{"request", number}}, nullptr);
  while (true) {
    if (!answer && (told.empty() || answer.error().kind != ErrorKind::unavailable))
      return fail(answer.error());
    if (answer) {
      const nlohmann::json& request = field_of(*answer, "request");
      if (const std::string state = field_text(request, "state"); state != "pending") {
        session.print(*answer, request_text(request));
        return state == "active" || state == "used_up" ? ExitCode::ok : ExitCode::denied;
      }
      if (const std::string now = progress_text(request); now != told) {
        told = now;
        session.note(told);
      }
    }
    std::this_thread::sleep_for(between_looks);
    answer = session.perform("request.show", {{"request", number}}, nullptr);
  }
}

}  // namespace countersign
