#include <nlohmann/json.hpp>
#include <string>

#include "core/certificate.h"
#include "core/encoding.h"
#include "tools/cli/doctor/gateway_views.h"
#include "tools/cli/table.h"

namespace countersign::doctor {
namespace {

using nlohmann::json;

constexpr std::chrono::days expires_soon(30);

Result<Certificate> certificate_in(const json& base64) {
  const auto der = from_base64(base64.is_string() ? base64.get<std::string>() : "");
  if (!der) return fail(ErrorKind::internal, "bad_answer", "a certificate is no base64", "");
  return certificate_from_der(*der);
}

/// Leaf first, then its chain.
Result<std::vector<Certificate>> certificates_of(const json& signer) {
  std::vector<Certificate> all;
  auto leaf = certificate_in(field_of(signer, "certificate"));
  if (!leaf) return fail(std::move(leaf.error()));
  all.push_back(std::move(*leaf));
  for (const json& each : field_of(signer, "chain")) {
    auto issuer = certificate_in(each);
    if (!issuer) return fail(std::move(issuer.error()));
    all.push_back(std::move(*issuer));
  }
  return all;
}

/// What is wrong with the dates of the certificate, as a finding; ok when nothing is.
Finding check_dates(const std::string& check, const Certificate& certificate, Time now,
                    const std::string& renew) {
  const std::string subject = certificate.subject_text;
  if (now < certificate.not_before)
    return failed(check, subject + " is valid from " + to_rfc3339(certificate.not_before) + " only",
                  "wait, or set the clock right: timedatectl set-ntp true");
  if (now >= certificate.not_after)
    return failed(check, subject + " expired at " + to_rfc3339(certificate.not_after), renew);
  if (now + expires_soon >= certificate.not_after)
    return warning(check, subject + " expires at " + to_rfc3339(certificate.not_after), renew);
  return fine(check, subject + " is valid until " + to_rfc3339(certificate.not_after));
}

}  // namespace

Finding check_certificates(const json& signer, Time now) {
  const std::string name = field_text(signer, "name");
  const std::string check = "certificate of " + name;
  const std::string change = "countersign signer change " + name + " --cert ";
  const std::string renew = "have it renewed for the same key, then: " + change + "renewed.pem";
  if (field_text(signer, "certificate").empty()) {
    const std::string until = field_text(signer, "certificate_expires");
    if (until <= to_rfc3339(now)) return failed(check, "it expired at " + until, renew);
    return not_seen(check, "it ends at " + until + "; only members of the signer see more",
                    "ask one of them to run this");
  }
  const auto certificates = certificates_of(signer);
  if (!certificates) return failed(check, certificates.error(), renew);
  const Certificate& leaf = certificates->front();
  if (to_hex(leaf.key.fingerprint()) != field_text(signer, "fingerprint"))
    return failed(check, "it is not that of the signer's pinned key", renew);
  for (std::size_t i = 0; i + 1 < certificates->size(); ++i)
    if ((*certificates)[i].issuer != (*certificates)[i + 1].subject)
      return failed(check,
                    (*certificates)[i + 1].subject_text + " did not issue " +
                        (*certificates)[i].subject_text + ", which stands before it",
                    "put each certificate's issuer behind it, then: " + change + "chain.pem");
  Finding worst = check_dates(check, leaf, now, renew);
  for (const Certificate& each : *certificates) {
    const Finding of_one = check_dates(check, each, now, renew);
    if (of_one.state > worst.state) worst = of_one;
  }
  return worst;
}

}  // namespace countersign::doctor
