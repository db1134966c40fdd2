// Lists of objects in a policy's document.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace countersign {

/// Gives each entry of the list of 1 to `most` that `list` has to be to `read`, with the entry's
/// own JSON pointer. Errors: `bad_field` with a pointer, those of `read`.
Status read_each(const nlohmann::json& list, const std::string& pointer, std::size_t most,
                 const std::function<Status(const nlohmann::json&, const std::string&)>& read);

/// Reads such a list, each entry by `read`.
template <class T>
Result<std::vector<T>> read_list(const nlohmann::json& list, const std::string& pointer,
                                 std::size_t most,
                                 Result<T> (*read)(const nlohmann::json&, const std::string&)) {
  std::vector<T> all;
  auto good = read_each(list, pointer, most, [&](const auto& entry, const auto& where) -> Status {
    auto one = read(entry, where);
    if (!one) return fail(std::move(one.error()));
    all.push_back(std::move(*one));
    return {};
  });
  if (!good) return fail(std::move(good.error()));
  return all;
}

/// What read_list() reads back.
template <class T, class Json = nlohmann::json>
Json list_to_json(const std::vector<T>& all) {
  auto list = Json::array();
  for (const T& each : all) list.push_back(to_json(each));
  return list;
}

}  // namespace countersign
