#include "gateway/server/store_access.h"

#include <future>
#include <utility>

namespace countersign::server {

Status StoreAccess::run(PolicyStore::Work work) {
  std::promise<Status> promise;
  auto result = promise.get_future();
  post(gateway_itself, std::move(work),
       [&promise](Status status) { promise.set_value(std::move(status)); });
  return result.get();
}

}  // namespace countersign::server
