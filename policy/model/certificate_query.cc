#include "policy/model/certificate_query.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/text.h"

namespace countersign {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return fold_case(text).find(fold_case(part)) != std::string::npos;
}

bool is_key_type(const std::string& text) {
  constexpr std::array all{KeyType::rsa, KeyType::ec_p256, KeyType::ec_p384, KeyType::ec_p521,
                           KeyType::ed25519};
  return std::ranges::any_of(all, [&](KeyType each) { return to_text(each) == text; });
}

void read_condition(JsonReader& in, const char* name, std::string& condition) {
  auto text = in.optional_text(name);
  if (!text) return;
  if (!text->empty() && !check_text("the text", *text)) in.refuse(name, "is no text of one line");
  condition = std::move(*text);
}

}  // namespace

bool matches(const CertificateQuery& query, const CertificateFacts& facts, Time now) {
  return contains(facts.signer, query.signer) &&
         (query.application.empty() ||
          fold_case(facts.application) == fold_case(query.application)) &&
         contains(facts.subject, query.subject) &&
         (query.key_type.empty() || to_text(facts.key_type) == query.key_type) &&
         (query.expires_within.count() == 0 || facts.until <= now + query.expires_within);
}

CertificateQuery read_certificate_query(JsonReader& in, CertificateQuery before) {
  CertificateQuery query = std::move(before);
  read_condition(in, "signer", query.signer);
  read_condition(in, "application", query.application);
  read_condition(in, "subject", query.subject);
  read_condition(in, "key_type", query.key_type);
  if (!query.key_type.empty() && !is_key_type(query.key_type))
    in.refuse("key_type", "is no type of key",
              "write it as certificate show does: rsa, ec-p256, ec-p384, ec-p521 or ed25519");
  if (const auto within = in.optional_text("expires_within")) {
    const auto duration = within->empty() ? std::optional(Milliseconds{}) : parse_duration(*within);
    if (!duration) in.refuse("expires_within", "is no duration", "write it like \"30d\"");
    query.expires_within = duration.value_or(Milliseconds{});
  }
  return query;
}

void write_certificate_query(const CertificateQuery& query, nlohmann::json& object) {
  const auto write = [&](const char* name, const std::string& text) {
    if (!text.empty()) object[name] = text;
  };
  write("signer", query.signer);
  write("application", query.application);
  write("subject", query.subject);
  write("key_type", query.key_type);
  if (query.expires_within.count() != 0) object["expires_within"] = to_text(query.expires_within);
}

}  // namespace countersign
