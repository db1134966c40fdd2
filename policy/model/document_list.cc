#include "policy/model/document_list.h"

#include <nlohmann/json.hpp>

namespace countersign {

Status read_each(const nlohmann::json& list, const std::string& pointer, std::size_t most,
                 const std::function<Status(const nlohmann::json&, const std::string&)>& read) {
  if (!list.is_array() || list.empty() || list.size() > most)
    return fail(ErrorKind::invalid, "bad_field",
                pointer + " is not a list of 1 to " + std::to_string(most),
                "leave it out where nothing is to be said");
  std::size_t number = 0;
  for (const nlohmann::json& each : list)
    if (auto good = read(each, pointer + "/" + std::to_string(number++)); !good) return good;
  return {};
}

}  // namespace countersign
