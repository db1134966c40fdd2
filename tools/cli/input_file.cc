#include "tools/cli/input_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/text.h"
#include "gateway/client/wire.h"

namespace countersign {

Result<std::string> read_input_file(const std::string& what, const std::string& path,
                                    std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string content(limit + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.is_open() || file.bad() || (file.gcount() == 0 && !file.eof()))
    return fail(ErrorKind::invalid, "file_unreadable",
                what + " " + printable(path) + ": " + std::generic_category().message(errno),
                "check the path");
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > limit)
    return fail(
        ErrorKind::invalid, "file_too_large",
        what + " " + printable(path) + " is larger than " + std::to_string(limit) + " bytes",
        "check that it is the right file");
  return content;
}

Result<nlohmann::json> read_json_file(const std::string& what, const std::string& path,
                                      std::size_t limit) {
  const auto text = read_input_file(what, path, limit);
  if (!text) return fail(text.error());
  auto document = wire::parse_object(*text);
  if (!document)
    document.error().message = what + " " + printable(path) + ": " + document.error().message;
  return document;
}

}  // namespace countersign
