// The freeze windows of the whole product.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "policy/model/product_freeze.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class FreezeTable {
 public:
  explicit FreezeTable(soci::session& sql);
  ~FreezeTable();

  FreezeId add(const ProductFreeze& freeze);
  std::optional<ProductFreeze> find(FreezeId id);
  /// All there ever were, oldest first.
  std::vector<ProductFreeze> list();
  void end(FreezeId id, Time now);

  /// The windows that hold at `now` or later and were not ended: asked at every decision.
  std::vector<FreezeWindow> from(Time now);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
