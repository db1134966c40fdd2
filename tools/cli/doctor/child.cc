#include "tools/cli/doctor/child.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/text.h"

namespace countersign::doctor {
namespace {

bool become(const passwd& user) {
  return initgroups(user.pw_name, user.pw_gid) == 0 && setgid(user.pw_gid) == 0 &&
         setuid(user.pw_uid) == 0;
}

void write_all(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
}

/// Everything the child writes until it closes its end; nothing when it does not within `patience`.
std::optional<std::string> read_all(int descriptor, Milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd entry{descriptor, POLLIN, 0};
    if (left.count() <= 0) return std::nullopt;
    if (poll(&entry, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    if (got < 0 && errno != EINTR) return text;
  }
}

[[noreturn]] void run_child(int out, const passwd* user, const std::function<Findings()>& look,
                            const std::string& check) {
  // What a module says there is for its host's user; here the findings are the answer.
  const int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (silence >= 0) dup2(silence, STDERR_FILENO);
  Findings findings;
  if (user != nullptr && !become(*user))
    findings.push_back(failed(check,
                              "cannot act as user " + std::string(user->pw_name) + ": " +
                                  std::system_category().message(errno),
                              "run this as root"));
  else
    findings = look();
  write_all(out, to_json(findings).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  _exit(0);
}

}  // namespace

Findings look_in_child(const std::string& check, const std::string& mend,
                       const std::optional<std::string>& user,
                       const std::function<Findings()>& look, Milliseconds patience) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
  const passwd* const entry = user ? getpwnam(user->c_str()) : nullptr;
  if (user && entry == nullptr)
    return {failed(check, "there is no user " + printable(*user),
                   "run: systemd-sysusers; or correct \"gateway_user\" in client.json")};
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return {failed(check, std::system_category().message(errno), mend)};
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    run_child(ends[1], entry, look, check);
  }
  close(ends[1]);
  const auto text = child < 0 ? std::optional<std::string>() : read_all(ends[0], patience);
  close(ends[0]);
  int status = 0;
  if (child > 0) {
    if (!text) kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (!text) return {failed(check, "gives no answer", mend)};
  if (WIFSIGNALED(status))
    return {failed(check, "crashes with signal " + std::to_string(WTERMSIG(status)), mend)};
  const auto answer = nlohmann::json::parse(*text, nullptr, false);
  if (answer.is_discarded()) return {failed(check, "ends without an answer", mend)};
  return findings_from_json(answer);
}

}  // namespace countersign::doctor
