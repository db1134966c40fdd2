#include "tools/cli/secret_input.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>

namespace countersign {
namespace {

constexpr std::size_t longest_line = 256;

/// Turns the terminal's echo off while it lives; does nothing when stdin is no terminal.
class SilentTerminal {
 public:
  explicit SilentTerminal(const std::string& prompt) {
    if (isatty(STDIN_FILENO) == 0 || tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    active_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    std::cerr << prompt << std::flush;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (!active_) return;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::cerr << "\n";
  }

 private:
  termios before_{};
  bool active_ = false;
};

}  // namespace

Result<SecureBytes> read_secret_line(const std::string& prompt) {
  const SilentTerminal terminal(prompt);
  std::array<char, longest_line + 1> line{};
  std::size_t size = 0;
  bool ended = false;
  while (!ended && size < line.size()) {
    const ssize_t got = read(STDIN_FILENO, &line.at(size), 1);
    if (got < 0 && errno == EINTR) continue;
    ended = got <= 0 || line.at(size) == '\n';
    if (!ended) ++size;
  }
  SecureBytes secret(std::string_view(line.data(), size));
  wipe(line.data(), line.size());
  if (!ended || secret.empty())
    return fail(ErrorKind::invalid, "no_secret",
                "stdin has no line of 1 to " + std::to_string(longest_line) + " bytes",
                "pipe the secret in, or type it when asked");
  return secret;
}

}  // namespace countersign
