// `pkcs11:` URIs of keys: what passes names a key, and nothing that chooses code, slot or PIN.
#include "hsm-backends/key_uri.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of({data, size});
  const auto uri = hsm::parse_key_uri(text);
  if (!uri) return 0;
  fuzz::insist(uri->object || uri->id, "a URI that names no key");
  for (const char* never :
       {"module-path=", "module-name=", "slot-id=", "pin-value=", "pin-source="})
    for (const char* begins : {";", "?", "&"})
      fuzz::insist(text.find(std::string(begins) + never) == std::string::npos,
                   "a URI that chooses what is loaded");
  return 0;
}
