#include "gateway/server/router.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/encoding.h"
#include "core/text.h"

namespace countersign::server {
namespace {

constexpr std::size_t longest_target = 2048;

tl::unexpected<Error> bad_target(const std::string& why) {
  return fail(ErrorKind::invalid, "bad_target", "the request's target " + why);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    decoded += static_cast<char>(byte->front());
    i += 2;
  }
  return decoded;
}

/// An operation and the pieces of its route.
struct Pattern {
  const Operation* operation;
  std::vector<std::string_view> pieces;
};

/// Taken apart once: every request is held against them.
const std::vector<Pattern>& patterns() {
  static const auto& all = *new std::vector<Pattern>([] {
    std::vector<Pattern> made;
    for (const Operation& each : operations()) made.push_back({&each, split(each.route, '/')});
    return made;
  }());
  return all;
}

/// The values of the pattern's {parts}, still encoded; nothing when the path does not match it.
std::optional<std::map<std::string, std::string_view>> match(
    const std::vector<std::string_view>& wanted, const std::vector<std::string_view>& path) {
  if (wanted.size() != path.size()) return std::nullopt;
  std::map<std::string, std::string_view> parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (path[i].empty()) return std::nullopt;
      parts.emplace(wanted[i].substr(1, wanted[i].size() - 2), path[i]);
    } else if (wanted[i] != path[i]) {
      return std::nullopt;
    }
  }
  return parts;
}

Result<std::map<std::string, std::string>> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  if (text.empty()) return query;
  for (const std::string_view pair : split(text, '&')) {
    const std::size_t equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals));
    const auto value = equals == pair.npos ? std::optional<std::string>()
                                           : percent_decoded(pair.substr(equals + 1));
    if (!name || !value) return bad_target("has a malformed query");
    if (!query.emplace(*name, *value).second) return bad_target("names a query field twice");
  }
  return query;
}

}  // namespace

Result<Route> route(std::string_view method, std::string_view target) {
  if (target.size() > longest_target) return bad_target("is too long");
  const std::size_t question = target.find('?');
  const auto path = split(target.substr(0, question), '/');
  bool path_known = false;
  for (const auto& [operation, pieces] : patterns()) {
    const auto parts = match(pieces, path);
    if (!parts) continue;
    path_known = true;
    if (operation->method != method) continue;
    Route found;
    found.operation = operation;
    for (const auto& [name, encoded] : *parts) {
      const auto value = percent_decoded(encoded);
      if (!value) return bad_target("has malformed percent-encoding");
      found.parts.emplace(name, *value);
    }
    auto query = parse_query(question == target.npos ? "" : target.substr(question + 1));
    if (!query) return fail(std::move(query.error()));
    found.query = std::move(*query);
    return found;
  }
  if (path_known)
    return fail(ErrorKind::invalid, "method_not_allowed", "this path does not take that method");
  return fail(ErrorKind::not_found, "not_found", "there is no such path");
}

nlohmann::json query_object(const Route& route) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : route.query) {
    if (const auto number = whole_number(value))
      object[name] = *number;
    else
      object[name] = value;
  }
  return object;
}

}  // namespace countersign::server
