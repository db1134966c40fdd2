#include "tools/cli/string_list.h"

#include <nlohmann/json.hpp>
#include <sstream>

namespace countersign {

nlohmann::json list_from_commas(const std::string& text) {
  auto list = nlohmann::json::array();
  std::istringstream pieces(text);
  for (std::string piece; std::getline(pieces, piece, ',');) list.push_back(piece);
  return list;
}

}  // namespace countersign
