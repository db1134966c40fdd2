#include "tools/cli/gateway_config_path.h"

#include <cstdlib>
#include <filesystem>

#include "gateway/client/client_config.h"

namespace countersign {

std::string gateway_config_path(const Arguments& arguments) {
  if (const auto given = arguments.optional_text("--config"))
    return std::filesystem::absolute(*given).string();  // as typed, so from the working folder
  const char* const set = secure_getenv("COUNTERSIGN_GATEWAY_CONFIG");
  return set != nullptr ? set : default_gateway_config;
}

}  // namespace countersign
