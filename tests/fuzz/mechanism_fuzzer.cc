// Mechanisms and their parameters as applications pass them.
#include <array>

#include "core/encoding.h"
#include "module/mechanism.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

namespace {

PublicKey key_of(const char* base64) {
  const auto der = from_base64(base64);
  fuzz::insist(der.has_value(), "the key's base64");
  auto key = PublicKey::from_der(*der);
  fuzz::insist(key.has_value(), "the key");
  return std::move(*key);
}

const PublicKey& rsa() {
  static const PublicKey key = key_of(
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvUSF+3SA5tmiORO+R1mJTvzQMGfpp6C2WQRd4Xxr"
      "BJPwSG5zq778lXM2j1PKj0RkvimQZhOT+K/KZ0KHfjXOa1u953KHD+poQOmTCjHg2t1utkU3OUcAyO22UCOm"
      "DnsT661RR+OhQgrVFJw81qMf1JC2Xm0iMbDaxCGpUqHFG74qGDN+kHfAbaZXx921SNKLyD1cz/lTFZFZljog"
      "WV/2u/eZr45qjpu0NocYNDHm/7wxuO5jFpZuORFDUqTCyezBA9ImrxJ0yZouBfair4edhC4npf7mkZXDJp95"
      "uyVppUPiHbgb+oDNSUPs171Xuq3MM0xb3O36nXxcEiu29xsViQIDAQAB");
  return key;
}

const PublicKey& p256() {
  static const PublicKey key = key_of(
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+aMXRHzSOrMFSrf4eFMY0BhhCHX1vu2rzvP2pUQBe88W+aXS"
      "rwHMY/1DRd1pKnYQoAgm1SXF4vZjsZRrNdIbWg==");
  return key;
}

const PublicKey& ed25519() {
  static const PublicKey key =
      key_of("MCowBQYDK2VwAyEAIDjQENm16fm/J6CQ68mJ4idy9XR3db/0XXnOES7d7FA=");
  return key;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::array keys{&rsa(), &p256(), &ed25519()};
  const PublicKey& key = *keys.at(input.number<std::uint8_t>() % keys.size());
  const auto type = CK_MECHANISM_TYPE{input.number<std::uint16_t>()};
  const module::Mechanism* const mechanism = module::find_mechanism(type, {key.type(), {}});
  if (mechanism == nullptr || !module::fits(*mechanism, key.type())) return 0;
  const ByteView rest = input.rest();
  Bytes parameter(rest.begin(), rest.end());
  const CK_MECHANISM asked{type, parameter.data(), parameter.size()};
  const auto algorithm = module::parse_algorithm(*mechanism, asked, key);
  if (!algorithm) {
    fuzz::insist(algorithm.error() == CKR_MECHANISM_PARAM_INVALID, "another code");
    return 0;
  }
  fuzz::insist(algorithm->scheme == mechanism->scheme, "another scheme than the mechanism's");
  return 0;
}
