#include "gateway/server/refusing_api.h"

#include <nlohmann/json.hpp>

#include "gateway/client/wire.h"

namespace countersign::server {

void RefusingApi::handle(ApiRequest /*request*/, std::function<void(ApiAnswer)> done) {
  done({wire::http_status(reason_.kind), wire::to_json(reason_).dump(), std::nullopt});
}

}  // namespace countersign::server
