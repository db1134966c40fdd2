// A disk that fails on order, for a process that loads this with LD_PRELOAD.
//
// FAULTY_DISK names a folder with the orders: files `sync` and `write`, each with one line "ERRNO
// PREFIX". While `sync` is there, syncing files whose path begins with PREFIX fails with that
// number; `write` does the same for writing them, and for opening them to be written.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

/// The error that is ordered for `path`; 0 for none.
int ordered(const char* what, const std::string& path) {
  const char* const folder = std::getenv("FAULTY_DISK");
  if (folder == nullptr) return 0;
  std::ifstream order(std::string(folder) + "/" + what);
  int error = 0;
  std::string prefix;
  if (!(order >> error >> prefix) || !path.starts_with(prefix)) return 0;
  return error;
}

int ordered(const char* what, int descriptor) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), path, sizeof path);
  return length < 0 ? 0 : ordered(what, std::string(path, static_cast<std::size_t>(length)));
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

/// Whether the call is to fail, with errno set.
template <class File>
bool fails(const char* what, const File& file) {
  const int error = ordered(what, file);
  if (error != 0) errno = error;
  return error != 0;
}

int open_unless_ordered(const char* name, const char* path, int flags, mode_t mode) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  if (writes && fails("write", std::string(path))) return -1;
  return next<int (*)(const char*, int, mode_t)>(name)(path, flags, mode);
}

}  // namespace

extern "C" {

int fsync(int descriptor) {
  if (fails("sync", descriptor)) return -1;
  static const auto real = next<int (*)(int)>("fsync");
  return real(descriptor);
}

int fdatasync(int descriptor) {
  if (fails("sync", descriptor)) return -1;
  static const auto real = next<int (*)(int)>("fdatasync");
  return real(descriptor);
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t at) {
  if (fails("write", descriptor)) return -1;
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return real(descriptor, data, size, at);
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t at) {
  return pwrite64(descriptor, data, size, at);
}

// NOLINTNEXTLINE(cert-dcl50-cpp): the C function has that shape
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_unless_ordered("open64", path, flags, mode);
}

// NOLINTNEXTLINE(cert-dcl50-cpp): the C function has that shape
int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_unless_ordered("open", path, flags, mode);
}

}  // extern "C"
