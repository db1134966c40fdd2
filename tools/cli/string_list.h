// Permission strings as a verb takes them: in one word, separated by commas.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace countersign {

/// The pieces of `text` between its commas, in order, as a JSON list; none when it is empty.
nlohmann::json list_from_commas(const std::string& text);

}  // namespace countersign
