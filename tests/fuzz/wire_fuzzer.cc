// The JSON of the signing calls, from both ends: what is read can be written and read again.
#include <nlohmann/json.hpp>

#include "gateway/client/wire.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

namespace {

template <class Read>
void read_twice(const nlohmann::json& body, Read&& read) {
  const auto first = read(body);
  if (!first) return;
  const nlohmann::json written = wire::to_json(*first);
  const auto second = read(written);
  fuzz::insist(second.has_value(), "what was written cannot be read");
  fuzz::insist(wire::to_json(*second) == written, "what was written reads as something else");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of({data, size});
  const Error error = wire::error_from_answer(503, text);
  fuzz::insist(!error.code.empty(), "an answer without a reason");
  const auto body = wire::parse_object(text);
  if (!body) return 0;
  read_twice(*body, wire::signature_request_from_json);
  read_twice(*body, wire::signature_from_json);
  read_twice(*body, wire::explanation_from_json);
  static_cast<void>(wire::signers_from_json(*body));
  return 0;
}
