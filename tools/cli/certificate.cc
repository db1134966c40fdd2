#include <nlohmann/json.hpp>

#include "tools/cli/certificate_conditions.h"
#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"
#include "tools/cli/pem_text.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

const std::vector<Column> certificate_columns = {{"SIGNER", "signer"},
                                                 {"SUBJECT", "subject"},
                                                 {"KEY TYPE", "key_type"},
                                                 {"EXPIRES", "not_after"},
                                                 {"STATE", "state"}};
const std::vector<Column> certificate_lines = {
    {"signer", "signer"},          {"state", "state"},         {"application", "application"},
    {"subject", "subject"},        {"issuer", "issuer"},       {"serial", "serial"},
    {"not before", "not_before"},  {"not after", "not_after"}, {"key type", "key_type"},
    {"fingerprint", "fingerprint"}};

Result<ExitCode> show_certificate(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("certificate.show", {{"certificate", arguments.text("SIGNER")}}, nullptr);
  if (!answer) return fail(answer.error());
  const auto& certificate = field_of(*answer, "certificate");
  return session.print(*answer, arguments.has("--pem")
                                    ? chain_pem(certificate)
                                    : details_text(certificate, certificate_lines));
}

}  // namespace

std::vector<Parameter> with_conditions(std::vector<Parameter> parameters) {
  for (const Parameter& each :
       {option("--signer", "TEXT", "Text in the signer's name"),
        option("--application", "NAME", "Application that groups the signer"),
        option("--subject", "TEXT", "Text in the certificate's subject"),
        option("--key-type", "TYPE", "rsa, ec-p256, ec-p384, ec-p521 or ed25519"),
        option("--expires-within", "DURATION", "Ends, or has ended, in that time, e.g. 30d")})
    parameters.push_back(each);
  return parameters;
}

std::vector<Verb> certificate_verbs() {
  return {
      passing_verb(
          "certificate.list",
          with_conditions({option("--collection", "NAME", "Only what is in the collection"),
                           number_option("--after", "N", "Only those of signers after this number"),
                           number_option("--limit", "N", "At most so many, 100 if left out")}),
          "countersign certificate list --expires-within 30d",
          rows_of("certificates", certificate_columns)),
      verb("certificate.show",
           {word("SIGNER", "Name or number of the signer whose it is"),
            flag("--pem", "Only the certificate and its chain, as a PEM file")},
           "countersign certificate show release", show_certificate),
  };
}

}  // namespace countersign
