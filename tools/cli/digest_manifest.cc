#include "tools/cli/digest_manifest.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/encoding.h"
#include "core/text.h"

namespace countersign {

Result<nlohmann::json> digests_of_manifest(const std::string& content, const std::string& path,
                                           std::int64_t times) {
  nlohmann::json digests = nlohmann::json::array();
  std::istringstream lines(content);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty()) continue;
    const auto end = line.find(' ');
    const bool whole =
        end != line.npos && end + 2 < line.size() && (line[end + 1] == ' ' || line[end + 1] == '*');
    const auto digest = whole ? from_hex(line.substr(0, end)) : std::nullopt;
    if (!digest || digest->empty())
      return fail(ErrorKind::invalid, "bad_manifest",
                  "line " + std::to_string(number) + " of " + printable(path) +
                      " is not a digest and a name",
                  "write it with: sha256sum FILE…");
    digests.push_back(
        {{"digest", to_hex(*digest)}, {"name", line.substr(end + 2)}, {"times", times}});
  }
  return digests;
}

}  // namespace countersign
