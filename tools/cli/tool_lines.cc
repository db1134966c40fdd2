#include "tools/cli/tool_lines.h"

#include <array>
#include <string_view>

namespace countersign {
namespace {

/// The private key, for every tool that takes a URI (RFC 7512).
std::string key_uri(const ToolFacts& facts) {
  return shell_word("pkcs11:token=" + facts.signer + ";object=" + facts.signer + ";type=private");
}

ToolLine certificate_line(const ToolFacts& facts) {
  return {"Get the certificate and its chain",
          "countersign signer show " + facts.signer + " --pem >" + facts.signer + ".pem"};
}

std::vector<ToolLine> pkcs11_tool(const ToolFacts& facts) {
  const std::string tool =
      "pkcs11-tool --module " + shell_word(facts.module) + " --token-label " + facts.signer + " ";
  std::string mechanism = "ECDSA-SHA256 --signature-format openssl";
  if (facts.key == KeyType::rsa) mechanism = "SHA256-RSA-PKCS";
  if (facts.key == KeyType::ed25519) mechanism = "EDDSA";
  return {{"List what the signer shows", tool + "--list-objects"},
          {"List its mechanisms", tool + "--list-mechanisms"},
          {"Sign a file", tool + "--sign --mechanism " + mechanism + " --label " + facts.signer +
                              " --input-file app.bin --output-file app.bin.sig"}};
}

std::vector<ToolLine> openssl(const ToolFacts& facts) {
  const auto with_engine = [&](const std::string& command) {
    return "PKCS11_MODULE_PATH=" + shell_word(facts.module) + " openssl " + command +
           " -engine pkcs11 -keyform engine ";
  };
  return {certificate_line(facts),
          {"Sign a file",
           with_engine("dgst -sha256") + "-sign " + key_uri(facts) + " -out app.bin.sig app.bin"},
          {"Make a CMS signature", with_engine("cms -sign -binary -md sha256") + "-inkey " +
                                       key_uri(facts) + " -signer " + facts.signer +
                                       ".pem -in app.bin -outform DER -out app.bin.p7s"},
          {"Make a certificate request", with_engine("req -new -sha256") + "-key " +
                                             key_uri(facts) + " -subj /CN=" + facts.signer +
                                             " -out " + facts.signer + ".csr"}};
}

std::vector<ToolLine> osslsigncode(const ToolFacts& facts) {
  const std::string sign = "osslsigncode sign -pkcs11engine " + shell_word(facts.engine) +
                           " -pkcs11module " + shell_word(facts.module) + " -certs " +
                           facts.signer + ".pem -key " + key_uri(facts) + " -h sha256 ";
  return {
      certificate_line(facts),
      {"Sign a program", sign + "-in app.exe -out app.signed.exe"},
      {"Or detached: extract what is signed",
       "osslsigncode extract-data -h sha256 -in app.exe -out app.exe.data"},
      {"sign that", sign + "-in app.exe.data -out app.exe.p7"},
      {"and attach the signature", "osslsigncode attach-signature -sigin app.exe.p7 -CAfile " +
                                       facts.signer + ".pem -in app.exe -out app.attached.exe"}};
}

std::vector<ToolLine> sbsign(const ToolFacts& facts) {
  return {
      certificate_line(facts),
      {"Sign an EFI program", "PKCS11_MODULE_PATH=" + shell_word(facts.module) +
                                  " sbsign --engine pkcs11 --key " + key_uri(facts) + " --cert " +
                                  facts.signer + ".pem --output app.signed.efi app.efi"}};
}

std::vector<ToolLine> gnutls(const ToolFacts& facts) {
  const std::string provider = " --provider " + shell_word(facts.module) + " ";
  return {certificate_line(facts),
          {"List what the signer shows",
           "p11tool" + provider + "--list-all " + shell_word("pkcs11:token=" + facts.signer)},
          {"Make a signature for a try", "p11tool" + provider + "--test-sign " + key_uri(facts)},
          {"Make a CMS signature", "certtool" + provider + "--p7-sign --load-privkey " +
                                       key_uri(facts) + " --load-certificate " + facts.signer +
                                       ".pem --infile app.bin --outfile app.bin.p7"}};
}

std::vector<ToolLine> ssh_keygen(const ToolFacts& facts) {
  const std::string provider = "ssh-keygen -D " + shell_word(facts.module) + " ";
  return {{"Get the CA's public key",
           provider + "-e | grep ' " + facts.signer + "$' >" + facts.signer + ".pub"},
          {"Certify a user's key",
           provider + "-s " + facts.signer + ".pub -I user@example -n user -V +1d user.pub"}};
}

std::vector<ToolLine> jarsigner(const ToolFacts& facts) {
  return {
      {"Describe the signer to Java",
       "printf 'name = " + facts.signer + "\\nlibrary = %s\\nslot = " + std::to_string(facts.slot) +
           "\\n' " + shell_word(facts.module) + " >" + facts.signer + ".cfg"},
      {"Sign a JAR",
       "jarsigner -keystore NONE -storetype PKCS11 -storepass none -providerClass "
       "sun.security.pkcs11.SunPKCS11 -providerArg " +
           facts.signer + ".cfg -signedjar app.signed.jar app.jar " + facts.signer}};
}

std::vector<ToolLine> signtool(const ToolFacts& facts) {
  return {{"Get the certificate", "countersign signer show " + facts.signer +
                                      " --pem | openssl x509 -outform DER -out " + facts.signer +
                                      ".cer"},
          {"Make the digest", "signtool sign /dg . /fd SHA256 /f " + facts.signer + ".cer app.exe",
           true},
          {"Sign it", "countersign sign-digest " + facts.signer + " app.exe.dig"},
          {"Attach the signature", "signtool sign /di . app.exe", true}};
}

constexpr std::array table{
    Tool{"gnutls", "gnutls-bin", gnutls},
    Tool{"jarsigner", "openjdk-17-jdk-headless", jarsigner},
    Tool{"openssl", "openssl, libengine-pkcs11-openssl", openssl},
    Tool{"osslsigncode", "osslsigncode, libengine-pkcs11-openssl", osslsigncode},
    Tool{"pkcs11-tool", "opensc", pkcs11_tool, true},
    Tool{"sbsign", "sbsigntool, libengine-pkcs11-openssl", sbsign},
    Tool{"signtool", "none: it is part of the Windows SDK", signtool},
    Tool{"ssh-keygen", "openssh-client", ssh_keygen},
};

}  // namespace

std::span<const Tool> tools() {
  return table;
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char each : text) {
    if (each == '\'')
      word += "'\\''";
    else
      word += each;
  }
  return word + "'";
}

}  // namespace countersign
