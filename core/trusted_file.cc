#include "core/trusted_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

namespace countersign {
namespace {

constexpr std::size_t longest_secret = 4096;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

tl::unexpected<Error> system_failure(const char* code, const std::string& what,
                                     const std::string& path) {
  const int error = errno;
  if (error == ENOENT)
    return fail(ErrorKind::invalid, "file_missing", what + " " + path + " does not exist",
                "create it or correct the path");
  return fail(ErrorKind::invalid, code,
              what + " " + path + ": " + std::system_category().message(error),
              "make it accessible to the user this runs as");
}

tl::unexpected<Error> too_large(const std::string& what, const std::string& path,
                                std::size_t limit) {
  return fail(ErrorKind::invalid, "file_too_large",
              what + " " + path + " has more than " + std::to_string(limit) + " bytes");
}

/// The part of `status` that makes it untrusted, in words; nothing when it is trusted.
std::optional<std::string> distrust(const struct stat& status, bool folder) {
  if (status.st_uid != 0 && status.st_uid != geteuid())
    return "belongs to user " + std::to_string(status.st_uid);
  const bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  if (others_write && !(folder && (status.st_mode & S_ISVTX) != 0))
    return "can be written by others (mode " + std::to_string((status.st_mode >> 6) & 7U) +
           std::to_string((status.st_mode >> 3) & 7U) + std::to_string(status.st_mode & 7U) + ")";
  return std::nullopt;
}

Status check_open_file(const std::string& what, const std::string& path, const File& file) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return system_failure("file_unreadable", what, path);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorKind::invalid, "file_not_trusted", what + " " + path + " is no regular file");
  if (const auto why = distrust(status, false))
    return fail(ErrorKind::invalid, "file_not_trusted", what + " " + path + " " + *why,
                "run: chmod go-w " + path);
  std::error_code ignored;
  const std::string folder =
      std::filesystem::weakly_canonical(path, ignored).parent_path().string();
  struct stat parent {};
  if (stat(folder.c_str(), &parent) != 0) return system_failure("file_unreadable", what, folder);
  if (const auto why = distrust(parent, true))
    return fail(ErrorKind::invalid, "file_not_trusted",
                "the folder " + folder + " of " + what + " " + *why, "run: chmod go-w " + folder);
  return {};
}

Status check_open_secret(const std::string& what, const std::string& path, const File& file) {
  if (auto trusted = check_open_file(what, path, file); !trusted) return trusted;
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return system_failure("file_unreadable", what, path);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(ErrorKind::invalid, "secret_exposed", what + " " + path + " can be read by others",
                "run: chmod 600 " + path);
  return {};
}

Result<std::string> read_all(const std::string& what, const std::string& path, const File& file,
                             std::size_t limit) {
  std::string content;
  content.reserve(longest_secret + 1);  // a secret then never leaves a copy behind by growing
  char buffer[4096];
  while (true) {
    const ssize_t got = read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("file_unreadable", what, path);
    if (got == 0) break;
    if (content.size() + static_cast<std::size_t>(got) > limit) return too_large(what, path, limit);
    content.append(buffer, static_cast<std::size_t>(got));
  }
  wipe(buffer, sizeof buffer);
  return content;
}

}  // namespace

Status check_trusted(const std::string& what, const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return system_failure("file_unreadable", what, path);
  return check_open_file(what, path, file);
}

Result<std::string> read_trusted_file(const std::string& what, const std::string& path,
                                      std::size_t limit) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return system_failure("file_unreadable", what, path);
  if (auto trusted = check_open_file(what, path, file); !trusted)
    return fail(std::move(trusted.error()));
  return read_all(what, path, file, limit);
}

Status check_secret_file(const std::string& what, const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return system_failure("file_unreadable", what, path);
  return check_open_secret(what, path, file);
}

Result<SecureBytes> read_secret_file(const std::string& what, const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return system_failure("file_unreadable", what, path);
  if (auto closed = check_open_secret(what, path, file); !closed)
    return fail(std::move(closed.error()));
  auto content = read_all(what, path, file, longest_secret);
  if (!content) return fail(std::move(content.error()));
  std::string_view text = *content;
  if (text.ends_with('\n')) text.remove_suffix(1);
  SecureBytes secret(text);
  wipe(content->data(), content->size());
  if (secret.empty())
    return fail(ErrorKind::invalid, "secret_empty", what + " " + path + " is empty");
  return secret;
}

Status write_new_file(const std::string& what, const std::string& path, std::string_view content,
                      unsigned mode) {
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.open()) {
    if (errno == EEXIST)
      return fail(ErrorKind::conflict, "file_exists", what + " " + path + " exists already",
                  "move it away first if it is really to be replaced");
    return system_failure("file_unwritable", what, path);
  }
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t written = write(file.get(), content.data() + done, content.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("file_unwritable", what, path);
    done += static_cast<std::size_t>(written);
  }
  if (fsync(file.get()) != 0) return system_failure("file_unwritable", what, path);
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const File parent(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.open() || fsync(parent.get()) != 0)
    return system_failure("file_unwritable", what, folder);
  return {};
}

}  // namespace countersign
