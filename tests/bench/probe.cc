// The two prices that a gateway pays and a bare token does not, in microseconds at the median:
// {"commit", "hop"}: one small durable SQLite transaction in FOLDER, as the store makes them, and
// 300 bytes to another process and back over a Unix socket.
//
//   probe FOLDER
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int times = 2000;
constexpr std::size_t message_size = 300;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "probe: %s failed\n", what);
  std::exit(1);
}

template <class Work>
double median_of(Work&& work) {
  std::vector<double> taken;
  for (int i = 0; i < times; ++i) {
    const auto begin = Clock::now();
    work();
    taken.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
  std::nth_element(taken.begin(), taken.begin() + times / 2, taken.end());
  return taken[times / 2];
}

double commit(const std::string& folder) {
  sqlite3* store = nullptr;
  if (sqlite3_open((folder + "/probe.db").c_str(), &store) != SQLITE_OK) give_up("sqlite3_open");
  const auto run = [store](const char* sql) {
    if (sqlite3_exec(store, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sql);
  };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA locking_mode=EXCLUSIVE;"
      "CREATE TABLE log(id INTEGER PRIMARY KEY, body TEXT)");
  const double median = median_of(
      [&] { run("BEGIN IMMEDIATE; INSERT INTO log(body) VALUES (hex(randomblob(200))); COMMIT"); });
  sqlite3_close(store);
  return median;
}

void pass(int from, int to, std::array<char, message_size>& message) {
  std::size_t got = 0;
  while (got < message.size()) {
    const ssize_t part = read(from, message.data() + got, message.size() - got);
    if (part <= 0) std::exit(0);
    got += static_cast<std::size_t>(part);
  }
  if (write(to, message.data(), message.size()) != static_cast<ssize_t>(message.size()))
    give_up("write");
}

double hop() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) give_up("socketpair");
  std::array<char, message_size> message{};
  if (fork() == 0) {
    close(ends[0]);
    while (true) pass(ends[1], ends[1], message);
  }
  close(ends[1]);
  if (write(ends[0], message.data(), message.size()) < 0) give_up("write");
  const double median = median_of([&] { pass(ends[0], ends[0], message); });
  close(ends[0]);
  wait(nullptr);
  return median;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) give_up("probe FOLDER");
  const double hop_time = hop();
  std::printf("{\"commit\": %.1f, \"hop\": %.1f}\n", commit(argv[1]), hop_time);
  return 0;
}
