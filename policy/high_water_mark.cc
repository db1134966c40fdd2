#include "policy/high_water_mark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/trusted_file.h"

namespace countersign {
namespace {

/// What disks write whole or not at all. A head is at most 430 bytes: the gateway's name is
/// bounded. The rest is filled with line ends, which a signed note may have behind it.
constexpr std::size_t sector = 512;
constexpr const char* what = "the high-water mark";

std::string sector_of(std::string head) {
  head.resize(sector, '\n');
  return head;
}

}  // namespace

HighWaterMark::HighWaterMark(std::string path, int descriptor, std::string head)
    : path_(std::move(path)), descriptor_(descriptor), head_(std::move(head)) {}

HighWaterMark::HighWaterMark(HighWaterMark&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      head_(std::move(other.head_)),
      believed_(other.believed_),
      synced_(other.synced_) {}

HighWaterMark::~HighWaterMark() {
  if (descriptor_ >= 0) close(descriptor_);
}

Status HighWaterMark::create(const std::string& path, const std::string& head) {
  auto made = write_new_file(what, path, sector_of(head), 0600);
  if (!made && made.error().code == "file_missing")
    return fail(ErrorKind::invalid, "file_unwritable",
                std::string("the folder of ") + what + " " + path + " does not exist",
                "make it, for the user that countersignd runs as alone");
  return made;
}

Result<HighWaterMark> HighWaterMark::open(const std::string& path) {
  auto head = read_trusted_file(what, path, sector);
  if (!head) return fail(std::move(head.error()));
  while (head->ends_with("\n\n")) head->pop_back();
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0)
    return fail(ErrorKind::invalid, "file_unreadable",
                std::string(what) + " " + path + ": " + std::system_category().message(errno),
                "make it writable for the user this runs as");
  return HighWaterMark(path, descriptor, std::move(*head));
}

bool HighWaterMark::in_place() const {
  struct stat named {};
  struct stat held {};
  return stat(path_.c_str(), &named) == 0 && fstat(descriptor_, &held) == 0 &&
         named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

Status HighWaterMark::failed(const std::string& reason) {
  believed_ = false;
  return fail(ErrorKind::unavailable, "store_mark_failed",
              std::string(what) + " " + path_ + " cannot be written: " + reason,
              "check the disk it is on; the gateway goes on by itself when it can be written");
}

Status HighWaterMark::advance(const std::string& head) {
  if (believed_ && head == head_) return {};
  const std::string content = sector_of(head);
  const ssize_t written = pwrite(descriptor_, content.data(), content.size(), 0);
  if (written < 0) return failed(std::system_category().message(errno));
  if (static_cast<std::size_t>(written) != content.size()) return failed("only a part was written");
  head_ = head;
  synced_ = false;
  return believed_ ? Status() : sync();
}

Status HighWaterMark::sync() {
  if (synced_) return {};
  if (fdatasync(descriptor_) != 0) return failed(std::system_category().message(errno));
  synced_ = true;
  believed_ = true;
  return {};
}

}  // namespace countersign
