#include "gateway/client/claimed_facts.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "core/text.h"
#include "gateway/client/wire.h"

namespace countersign {
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

/// A fact, and the variables in which build services tell it. None that may hold a URL with a
/// password in it.
struct BuildFact {
  const char* name;
  std::array<const char*, 6> variables;
};
constexpr std::array build_facts{
    BuildFact{"commit",
              {"CI_COMMIT_SHA", "GITHUB_SHA", "GIT_COMMIT", "BUILDKITE_COMMIT",
               "BUILD_SOURCEVERSION", "CIRCLE_SHA1"}},
    BuildFact{"branch",
              {"CI_COMMIT_REF_NAME", "GITHUB_REF_NAME", "GIT_BRANCH", "BUILDKITE_BRANCH",
               "BUILD_SOURCEBRANCHNAME", "CIRCLE_BRANCH"}},
    BuildFact{"repository",
              {"CI_PROJECT_PATH", "GITHUB_REPOSITORY", "BUILDKITE_PIPELINE_SLUG",
               "BUILD_REPOSITORY_NAME", "CIRCLE_PROJECT_REPONAME", nullptr}},
    BuildFact{"pipeline",
              {"CI_PIPELINE_ID", "GITHUB_RUN_ID", "BUILD_TAG", "BUILDKITE_BUILD_NUMBER",
               "BUILD_BUILDNUMBER", "CIRCLE_WORKFLOW_ID"}},
    BuildFact{"job",
              {"CI_JOB_NAME", "GITHUB_JOB", "JOB_NAME", "BUILDKITE_LABEL", "SYSTEM_JOBNAME",
               "CIRCLE_JOB"}}};

std::vector<ClaimedFact> read_build_facts() {
  std::vector<ClaimedFact> facts;
  for (const BuildFact& each : build_facts)
    for (const char* const variable : each.variables) {
      const char* const value = variable == nullptr ? nullptr : ::secure_getenv(variable);
      if (value == nullptr || *value == 0) continue;
      facts.emplace_back(each.name, bounded(value));
      break;
    }
  return facts;
}

/// Looked for once: a host may change its environment while others read it.
const std::vector<ClaimedFact>& known_build_facts() {
  static const auto& facts = *new std::vector<ClaimedFact>(read_build_facts());
  return facts;
}

/// From the first word on, as far as there is room.
std::string command_line() {
  std::array<char, wire::longest_claimed_value> bytes{};
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  file.read(bytes.data(), bytes.size());
  std::string text(bytes.data(), static_cast<std::size_t>(file.gcount()));
  while (!text.empty() && text.back() == 0) text.pop_back();
  for (char& each : text)
    if (each == 0) each = ' ';
  return text;
}

}  // namespace

std::vector<ClaimedFact> claimed_facts(bool with_command_line) {
  std::vector<ClaimedFact> facts;
  const auto claim = [&facts](const char* name, std::string_view value) {
    if (!value.empty()) facts.emplace_back(name, bounded(value));
  };
  claim("executable", executable());
  claim("pid", std::to_string(::getpid()));
  claim("host", host_name());
  claim("folder", link_target("/proc/self/cwd"));
  facts.insert(facts.end(), known_build_facts().begin(), known_build_facts().end());
  if (with_command_line) claim("command", command_line());
  return facts;
}

}  // namespace countersign
