#include "tools/cli/pem_text.h"

#include <nlohmann/json.hpp>

#include "tools/cli/table.h"

namespace countersign {
namespace {

/// One base64 text in the lines of RFC 7468 §3.
std::string pem(const std::string& base64) {
  constexpr std::size_t line = 64;
  std::string text = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t i = 0; i < base64.size(); i += line) text += base64.substr(i, line) + "\n";
  return text + "-----END CERTIFICATE-----\n";
}

}  // namespace

std::string chain_pem(const nlohmann::json& object) {
  std::string text = pem(field_text(object, "certificate"));
  for (const nlohmann::json& issuer : field_of(object, "chain"))
    if (issuer.is_string()) text += pem(issuer.get_ref<const std::string&>());
  return text;
}

}  // namespace countersign
