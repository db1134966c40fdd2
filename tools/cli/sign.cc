#include "tools/cli/digest_file.h"
#include "tools/cli/file_signing.h"
#include "tools/cli/nouns.h"
#include "tools/cli/signing_input.h"

namespace countersign {
namespace {

Result<ExitCode> sign(const Arguments& arguments, Session& session) {
  const std::string in = arguments.text("--in");
  const AlgorithmWish wish{arguments.optional_text("--hash"), arguments.has("--pss")};
  return sign_file({arguments.text("SIGNER"), in, arguments.text("--out"),
                    [&](const PublicKey& key) { return read_signing_input(in, key.type(), wish); },
                    signature_file_content, arguments.optional_text("--wait")},
                   session);
}

Result<ExitCode> sign_digest(const Arguments& arguments, Session& session) {
  const std::string in = arguments.text("FILE");
  return sign_file({arguments.text("SIGNER"), in, in + ".signed",
                    [&](const PublicKey& key) { return read_digest_file(in, key.type()); },
                    signed_digest_content, arguments.optional_text("--wait")},
                   session);
}

}  // namespace

std::vector<Verb> sign_verbs() {
  const Parameter wait =
      option("--wait", "DURATION", "How long to wait for an approval that is lacking, e.g. 10m");
  return {
      verb("signature.create",
           {word("SIGNER", "Name of the signer"), required_option("--in", "FILE", "File to sign"),
            required_option("--out", "FILE", "Where the signature goes"),
            option("--hash", "NAME", "sha256 (default), sha384 or sha512; not with Ed25519"),
            flag("--pss", "RSA-PSS, with a salt as long as the hash"), wait},
           "countersign sign release --in app.tar --out app.tar.sig", sign),
      {"sign-digest",
       "Sign a digest that signtool /dg wrote, for signtool /di",
       nullptr,
       {word("SIGNER", "Name of the signer"),
        word("FILE", "The digest in base64; the signature goes to FILE.signed, in base64 too"),
        wait},
       "countersign sign-digest release app.exe.dig",
       sign_digest}};
}

}  // namespace countersign
