#include "gateway/server/store_backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/clock.h"
#include "core/text.h"
#include "policy/store/store_copy.h"

namespace countersign::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* unfinished = ".partial";

tl::unexpected<Error> folder_failure(const std::string& folder) {
  return fail(ErrorKind::unavailable, "file_unwritable",
              "the folder of backups " + folder + ": " + std::system_category().message(errno),
              "make it, for the user that the gateway runs as alone");
}

/// Nobody else may put a file into it, or take one out.
Status check_folder(const std::string& folder, int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return folder_failure(folder);
  if ((status.st_uid == geteuid() || status.st_uid == 0) &&
      (status.st_mode & (S_IWGRP | S_IWOTH)) == 0)
    return {};
  return fail(ErrorKind::unavailable, "file_not_trusted",
              "others can change what is in the folder of backups " + folder,
              "run: chown " + std::to_string(geteuid()) + " " + folder + " && chmod 700 " + folder);
}

}  // namespace

StoreBackup::StoreBackup(std::string folder, int descriptor)
    : folder_(std::move(folder)), descriptor_(descriptor) {}

StoreBackup::~StoreBackup() {
  if (!partial_.empty()) unlink(partial_.c_str());
  close(descriptor_);
}

Result<std::unique_ptr<StoreBackup>> StoreBackup::begin(const std::string& folder) {
  if (folder.empty())
    return fail(ErrorKind::conflict, "no_backup_folder", "the gateway has no folder for backups",
                "name one as \"backups\" in gateway.json and restart countersignd");
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return folder_failure(folder);
  std::unique_ptr<StoreBackup> backup(new StoreBackup(folder, descriptor));
  if (auto good = check_folder(folder, descriptor); !good) return fail(std::move(good.error()));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorKind::conflict, "backup_running", "another backup is being made in " + folder,
                "wait for its end");
  backup->remove_leftovers();
  backup->draw_name();
  return backup;
}

/// One that nothing has yet: two may be made in a second.
void StoreBackup::draw_name() {
  const std::string name = folder_ + "/store-" + to_rfc3339(SystemClock().now());
  file_ = name + ".db";
  for (int i = 2; access(file_.c_str(), F_OK) == 0; ++i)
    file_ = name + "-" + std::to_string(i) + ".db";
  partial_ = file_ + unfinished;
}

void StoreBackup::remove_leftovers() const {
  std::error_code error;
  for (const auto& each : fs::directory_iterator(folder_, error))
    if (each.path().extension() == unfinished) unlink(each.path().c_str());
}

Result<std::int64_t> StoreBackup::finish() {
  if (auto good = StoreCopy::finish(partial_); !good) return fail(std::move(good.error()));
  struct stat status {};
  if (stat(partial_.c_str(), &status) != 0) return folder_failure(folder_);
  return status.st_size;
}

Status StoreBackup::keep() {
  if (rename(partial_.c_str(), file_.c_str()) != 0 || fsync(descriptor_) != 0)
    return folder_failure(folder_);
  return {};
}

Status remove_partial_backups(const std::string& folder) {
  const auto taken = StoreBackup::begin(folder);
  if (taken || taken.error().code == "backup_running") return {};
  return fail(taken.error());
}

}  // namespace countersign::server
