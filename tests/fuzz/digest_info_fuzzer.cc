// DigestInfo: one encoding for each digest, and nothing else passes.
#include "core/digest_info.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto info = parse_digest_info({data, size});
  if (!info) return 0;
  const Bytes encoded = encode_digest_info(info->hash, info->digest);
  fuzz::insist(std::equal(encoded.begin(), encoded.end(), data, data + size),
               "two encodings of one digest");
  return 0;
}
