#include "module/claimed_facts.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <string>
#include <string_view>

#include "core/text.h"
#include "gateway/client/wire.h"

namespace countersign::module {
namespace {

std::string link_target(const char* link) {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink(link, path.data(), path.size());
  return length <= 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(length));
}

/// Asked for once: no program changes under a running process, short of being another process.
const std::string& executable() {
  static const std::string& path = *new std::string(link_target("/proc/self/exe"));
  return path;
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// Printable UTF-8 of at most the length the wire takes; the end of a path tells more than its
/// beginning.
std::string bounded(std::string_view value) {
  std::string text = printable(value);
  if (text.size() <= wire::longest_claimed_value) return text;
  text.erase(0, text.size() - wire::longest_claimed_value);
  const auto begins_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  };
  std::size_t first = 0;
  while (first < text.size() && !begins_character(text[first])) ++first;
  return text.substr(first);
}

}  // namespace

std::vector<ClaimedFact> claimed_facts() {
  std::vector<ClaimedFact> facts;
  const auto claim = [&facts](const char* name, std::string_view value) {
    if (!value.empty()) facts.emplace_back(name, bounded(value));
  };
  claim("executable", executable());
  claim("pid", std::to_string(::getpid()));
  claim("host", host_name());
  claim("folder", link_target("/proc/self/cwd"));
  return facts;
}

}  // namespace countersign::module
