// Signing policies, which people write and clients send.
#include <nlohmann/json.hpp>

#include "gateway/client/wire.h"
#include "policy/model/signing_policy.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = wire::parse_object(fuzz::text_of({data, size}));
  if (!document) return 0;
  const auto policy = signing_policy_from_json(*document, "");
  if (!policy) return 0;
  const auto written = to_json(*policy);
  const auto again = signing_policy_from_json(written, "");
  fuzz::insist(again && to_json(*again) == written, "a policy that reads as another when written");
  return 0;
}
