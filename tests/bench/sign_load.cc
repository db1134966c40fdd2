// Signs with one PKCS#11 module from several processes at once, as signing tools do, and prints
// {"rate", "p50", "p99", "signatures"}: signatures a second, and microseconds of one signature.
//
//   sign-load --module FILE --token LABEL --key LABEL [--pin-file FILE] --ecdsa|--rsa
//             --callers N --seconds S
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/signing_caller.h"

namespace {

using countersign::bench::SigningCaller;
using countersign::bench::Target;
using Clock = std::chrono::steady_clock;

constexpr int warm_up_signatures = 20;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  int ends[2];
  if (pipe(ends) != 0) {
    std::perror("sign-load: pipe");
    std::exit(1);
  }
  return {ends[0], ends[1]};
}

bool read_all(int descriptor, void* data, std::size_t size) {
  auto* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(descriptor, at, size);
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void write_all(int descriptor, const void* data, std::size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t put = write(descriptor, at, size);
    if (put <= 0) std::_Exit(1);
    at += put;
    size -= static_cast<std::size_t>(put);
  }
}

/// In the child: gets ready, says so, waits for the moment to begin, signs, and reports.
[[noreturn]] void work(const Target& target, int to_parent, int from_parent,
                       std::chrono::milliseconds duration) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody waits for a start that never comes
  SigningCaller caller(target);
  for (int i = 0; i < warm_up_signatures; ++i) caller.sign_once();
  const std::uint64_t ready = 0;
  write_all(to_parent, &ready, sizeof ready);
  Clock::rep begin = 0;
  if (!read_all(from_parent, &begin, sizeof begin)) std::_Exit(1);
  const Clock::time_point start{Clock::duration(begin)};
  std::this_thread::sleep_until(start);
  const std::vector<std::uint32_t> times = caller.sign_until(start + duration);
  const std::uint64_t count = times.size();
  write_all(to_parent, &count, sizeof count);
  write_all(to_parent, times.data(), count * sizeof times[0]);
  std::_Exit(0);
}

std::vector<std::uint32_t> run(const Target& target, unsigned callers,
                               std::chrono::milliseconds duration) {
  struct Child {
    Pipe up;
    Pipe down;
  };
  std::vector<Child> children(callers);
  for (Child& child : children) {
    child = {make_pipe(), make_pipe()};
    const pid_t process = fork();
    if (process == 0) work(target, child.up.write_end, child.down.read_end, duration);
    close(child.up.write_end);
    close(child.down.read_end);
  }
  std::uint64_t ready = 0;
  for (const Child& child : children)
    if (!read_all(child.up.read_end, &ready, sizeof ready)) std::exit(1);
  const Clock::rep begin =
      (Clock::now() + std::chrono::milliseconds(100)).time_since_epoch().count();
  for (const Child& child : children) write_all(child.down.write_end, &begin, sizeof begin);
  std::vector<std::uint32_t> all;
  for (const Child& child : children) {
    std::uint64_t count = 0;
    if (!read_all(child.up.read_end, &count, sizeof count)) std::exit(1);
    std::vector<std::uint32_t> times(count);
    if (!read_all(child.up.read_end, times.data(), count * sizeof times[0])) std::exit(1);
    all.insert(all.end(), times.begin(), times.end());
  }
  while (wait(nullptr) > 0) {
  }
  return all;
}

double microseconds_at(std::vector<std::uint32_t>& sorted, double part) {
  const auto at = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[at]) / 1000;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Signs with a PKCS#11 module from several processes and prints how fast that was");
  Target target;
  std::string pin_file;
  unsigned callers = 1;
  double seconds = 2;
  app.add_option("--module", target.module)->required();
  app.add_option("--token", target.token)->required();
  app.add_option("--key", target.key)->required();
  app.add_option("--pin-file", pin_file);
  app.add_flag("--ecdsa,!--rsa", target.ecdsa);
  app.add_option("--callers", callers)->check(CLI::Range(1, 1000));
  app.add_option("--seconds", seconds)->check(CLI::Range(0.1, 600.0));
  CLI11_PARSE(app, argc, argv);
  if (!pin_file.empty()) {
    std::ifstream file(pin_file);
    target.pin.emplace();
    std::getline(file, *target.pin);
  }
  const std::chrono::milliseconds duration(static_cast<long>(seconds * 1000));
  std::vector<std::uint32_t> times = run(target, callers, duration);
  if (times.empty()) return 1;
  std::sort(times.begin(), times.end());
  std::printf("{\"rate\": %.1f, \"p50\": %.1f, \"p99\": %.1f, \"signatures\": %zu}\n",
              static_cast<double>(times.size()) / seconds, microseconds_at(times, 0.5),
              microseconds_at(times, 0.99), times.size());
  return 0;
}
