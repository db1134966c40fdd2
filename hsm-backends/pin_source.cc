#include "hsm-backends/pin_source.h"

#include <algorithm>
#include <cstdlib>

#include "core/trusted_file.h"
#include "hsm-backends/pin_command.h"

namespace countersign::hsm {
namespace {

constexpr std::size_t longest_credential = 4096;

tl::unexpected<Error> unreadable(const std::string& why, const std::string& remedy) {
  return fail(ErrorKind::unavailable, "pin_unreadable", why, remedy);
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

Result<SecureBytes> checked(std::string_view pin, const std::string& where) {
  if (pin.empty()) return unreadable("the PIN in " + where + " is empty", "put the PIN there");
  const auto control = [](char each) {
    return static_cast<unsigned char>(each) < 0x20 || each == 0x7f;
  };
  if (std::any_of(pin.begin(), pin.end(), control))
    return unreadable("the PIN in " + where + " has a line break or control character in it",
                      "leave only the PIN there, on one line");
  return SecureBytes(pin);
}

struct PinReader {
  Milliseconds patience;

  Result<SecureBytes> operator()(const PinFile& file) const {
    const auto secret = read_secret_file("PIN file", file.path);
    if (!secret) return fail(secret.error());
    return checked(secret->view(), "file " + file.path);
  }

  Result<SecureBytes> operator()(const PinCredential& credential) const {
    const std::string& name = credential.name;
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
      return unreadable("the PIN credential's name is no plain file name",
                        "use the name that LoadCredential= gives it");
    const char* const folder = secure_getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0')
      return unreadable("PIN credential " + name + ": CREDENTIALS_DIRECTORY is not set",
                        "add LoadCredential=" + name + ":FILE to the systemd unit");
    // Not as a secret file: the service manager may grant its user access by an ACL, which shows
    // as group access; the folder, which only root and that user enter, keeps the rest out.
    auto content =
        read_trusted_file("PIN credential", std::string(folder) + "/" + name, longest_credential);
    if (!content) return fail(std::move(content.error()));
    std::string_view text = *content;
    if (text.ends_with('\n')) text.remove_suffix(1);
    auto pin = checked(text, "credential " + name);
    wipe(content->data(), content->size());
    return pin;
  }

  Result<SecureBytes> operator()(const PinCommand& command) const {
    const auto output = run_pin_command(command.argv, patience);
    if (!output) return fail(output.error());
    return checked(first_line(output->view()), "the output of " + command.argv.front());
  }
};

}  // namespace

Result<SecureBytes> read_pin(const PinSource& source, Milliseconds patience) {
  return std::visit(PinReader{patience}, source);
}

}  // namespace countersign::hsm
