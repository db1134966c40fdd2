#include "policy/store/page_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <fstream>

namespace countersign {
namespace {

constexpr std::int64_t seconds_it_holds = 3600;

/// Seconds since the machine was started, sleep included; no clock that anybody sets.
std::int64_t uptime() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

/// Which start of the machine, and which file.
std::string circumstances(const std::string& store) {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  struct stat status {};
  if (boot.empty() || stat(store.c_str(), &status) != 0) return "";
  return boot + ":" + std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace

PageCheck::PageCheck(const std::string& store) : store_(store), note_(store + "-checked") {}

bool PageCheck::due() const {
  std::string noted;
  std::int64_t then = 0;
  if (!(std::ifstream(note_) >> noted >> then)) return true;
  const std::int64_t now = uptime();
  return noted != circumstances(store_) || then > now || now - then >= seconds_it_holds;
}

void PageCheck::passed() const {
  const std::string now = circumstances(store_);
  const int descriptor =
      open(note_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return;
  const std::string text = now + " " + std::to_string(uptime()) + "\n";
  if (now.empty() || write(descriptor, text.data(), text.size()) < 0) forget();
  close(descriptor);
}

void PageCheck::forget() const {
  unlink(note_.c_str());
}

}  // namespace countersign
