#include "gateway/client/http_target.h"

#include <set>

namespace countersign {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[byte >> 4];
    encoded += digits[byte & 15];
  }
  return encoded;
}

Result<std::string> http_target(const Operation& operation, const OperationArguments& arguments) {
  std::string target;
  std::set<std::string> used;
  std::string_view rest = operation.route;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    target += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find('}', open);
    const std::string name(rest.substr(open + 1, close - open - 1));
    const auto argument = arguments.find(name);
    if (argument == arguments.end() || argument->second.empty())
      return fail(ErrorKind::invalid, "missing_argument",
                  std::string(operation.verb) + " needs the " + name, "name it");
    target += percent_encoded(argument->second);
    used.insert(name);
    rest.remove_prefix(close + 1);
  }
  char separator = '?';
  for (const auto& [name, value] : arguments) {
    if (used.contains(name)) continue;
    target += separator + percent_encoded(name) + '=' + percent_encoded(value);
    separator = '&';
  }
  return target;
}

}  // namespace countersign
