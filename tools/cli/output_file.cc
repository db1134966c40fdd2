#include "tools/cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "core/crypto.h"
#include "core/encoding.h"
#include "core/text.h"

namespace countersign {
namespace {

tl::unexpected<Error> unwritable(const std::string& path, int error) {
  return fail(ErrorKind::invalid, "file_unwritable",
              "file " + printable(path) + ": " + std::generic_category().message(error),
              "give a path in a folder that you can write to");
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

bool write_all(int descriptor, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Status check_output_file(const std::string& path) {
  struct stat there {};
  if (stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) return unwritable(path, EISDIR);
  if (access(folder_of(path).c_str(), W_OK | X_OK) != 0) return unwritable(path, errno);
  return {};
}

Status write_output_file(const std::string& path, ByteView content) {
  const std::string temporary =
      folder_of(path) + "/.countersign-" + to_hex(random_bytes(8)) + ".tmp";
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return unwritable(path, errno);
  bool done = write_all(descriptor, content) && fsync(descriptor) == 0;
  int error = errno;
  if (close(descriptor) != 0 && done) {
    done = false;
    error = errno;
  }
  if (done && rename(temporary.c_str(), path.c_str()) == 0) return {};
  if (done) error = errno;
  unlink(temporary.c_str());
  return unwritable(path, error);
}

}  // namespace countersign
