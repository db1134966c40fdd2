#include <nlohmann/json.hpp>

#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"
#include "tools/cli/pem_text.h"
#include "tools/cli/session.h"
#include "tools/cli/string_list.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

constexpr std::size_t largest_certificate_file = 512 * 1024;

const std::vector<Column> signer_columns = {
    {"SIGNER", "name"},  {"STATE", "state"},       {"KEY", "key_type"},
    {"ROLE", "my_role"}, {"MAY SIGN", "may_sign"}, {"CERTIFICATE", "certificate_subject"}};

const std::vector<Column> signer_lines = {{"name", "name"},
                                          {"number", "id"},
                                          {"slot", "slot"},
                                          {"description", "description"},
                                          {"state", "state"},
                                          {"reason of the state", "state_reason"},
                                          {"token", "hsm"},
                                          {"key", "key"},
                                          {"key type", "key_type"},
                                          {"key fingerprint", "fingerprint"},
                                          {"certificate", "certificate_subject"},
                                          {"certificate expires", "certificate_expires"},
                                          {"policy revision", "policy"},
                                          {"your role", "my_role"},
                                          {"you may sign", "may_sign"}};

Result<ExitCode> print_signer(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(*answer, details_text(field_of(*answer, "signer"), signer_lines));
}

Result<ExitCode> create_signer(const Arguments& arguments, Session& session) {
  const auto certificate =
      read_input_file("certificate file", arguments.text("--cert"), largest_certificate_file);
  if (!certificate) return fail(certificate.error());
  return print_signer(session.perform("signer.create", {},
                                      {{"name", arguments.text("NAME")},
                                       {"key", arguments.text("--key")},
                                       {"certificate", *certificate},
                                       {"admins", list_from_commas(arguments.text("--admin"))}}),
                      session);
}

Result<ExitCode> print_certificates(const nlohmann::json& answer, Session& session) {
  const nlohmann::json& signer = field_of(answer, "signer");
  if (field_text(signer, "certificate").empty())
    return fail(ErrorKind::denied, "certificate_not_shown",
                "the certificate is shown to members of the signer only",
                "ask an admin of the signer to make you a member");
  return session.print(answer, chain_pem(signer));
}

Result<ExitCode> show_signer(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("signer.show", {{"signer", arguments.text("SIGNER")}}, nullptr);
  if (answer && arguments.has("--pem")) return print_certificates(*answer, session);
  return print_signer(answer, session);
}

Result<ExitCode> check_signer(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("signer.check", {{"signer", arguments.text("SIGNER")}}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(
      *answer,
      details_text(*answer, {{"signer", "signer"}, {"pinned key on the token", "fingerprint"}}));
}

Result<ExitCode> change_signer(const Arguments& arguments, Session& session) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  if (const auto file = arguments.optional_text("--cert")) {
    const auto certificate = read_input_file("certificate file", *file, largest_certificate_file);
    if (!certificate) return fail(certificate.error());
    body["certificate"] = *certificate;
  }
  return print_signer(
      session.perform("signer.change", {{"signer", arguments.text("SIGNER")}}, body), session);
}

}  // namespace

std::vector<Verb> signer_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter reason = required_option("--reason", "TEXT", "Why; it is recorded");
  const Printer one = lines_of("signer", signer_lines);
  return {
      verb("signer.create",
           {word("NAME", "Name of the signer: also the PKCS#11 token label"),
            required_option("--key", "URI", "pkcs11: URI of the private key"),
            required_option("--cert", "FILE", "PEM file: the key's certificate, then its chain"),
            required_option("--admin", "ACCOUNTS", "First signer admins, separated by commas")},
           "countersign signer create release --key 'pkcs11:token=lab;object=rsa' --cert rsa.pem "
           "--admin alex",
           create_signer),
      passing_verb("signer.list", {}, "countersign signer list",
                   rows_of("signers", signer_columns)),
      verb("signer.show",
           {signer, flag("--pem", "Only the certificate and its chain, as a PEM file")},
           "countersign signer show release", show_signer),
      verb("signer.check", {signer}, "countersign signer check release", check_signer),
      verb("signer.change",
           {signer, option("--description", "TEXT", "What it is for"),
            option("--cert", "FILE", "PEM file: another certificate of its key, then the chain")},
           "countersign signer change release --cert renewed.pem", change_signer),
      passing_verb("signer.freeze", {signer, reason},
                   "countersign signer freeze release --reason 'laptop stolen'", one),
      passing_verb("signer.unfreeze", {signer, reason},
                   "countersign signer unfreeze release --reason 'laptop found'", one),
      passing_verb("signer.retire", {signer, reason},
                   "countersign signer retire release --reason 'key replaced'", one),
  };
}

}  // namespace countersign
