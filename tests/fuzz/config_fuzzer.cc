// gateway.json and client.json, through the files that they are.
#include <fcntl.h>
#include <unistd.h>

#include "gateway/client/client_config.h"
#include "gateway/server/gateway_config.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

namespace {

/// A file of this process alone, in memory.
const std::string& file() {
  static const std::string path = [] {
    char name[] = "/dev/shm/countersign-fuzz-XXXXXX";
    fuzz::insist(mkdtemp(name) != nullptr, "a folder in /dev/shm");
    return std::string(name) + "/config.json";
  }();
  return path;
}

void write(const std::uint8_t* data, std::size_t size) {
  const int opened = open(file().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  fuzz::insist(opened >= 0 && ::write(opened, data, size) == static_cast<ssize_t>(size),
               "a file in /dev/shm");
  close(opened);
}

void check_error(const Error& error) {
  fuzz::insist(!error.remedy.empty(), "an error without a mend");
  fuzz::insist(error.text().find('\n') == std::string::npos, "an error of several lines");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  write(data, size);
  if (const auto client = read_client_config(file()); !client) check_error(client.error());
  const auto gateway = server::read_gateway_config(file());
  if (!gateway) {
    check_error(gateway.error());
    return 0;
  }
  fuzz::insist(!gateway->tokens.empty(), "a gateway without a token");
  for (const auto& token : gateway->tokens)
    fuzz::insist(token.library.starts_with('/') && token.init_arguments != "", "a bad library");
  return 0;
}
