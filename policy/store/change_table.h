// Changes that wait for consent, and the answers to them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model/change.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class ChangeTable {
 public:
  explicit ChangeTable(soci::session& sql) : sql_(sql) {}

  ChangeId add(const ChangeRequest& change);
  std::optional<ChangeRequest> find(ChangeId id);
  /// Those after `after`, by number, at most `limit`; in `state`, as stored, when it is given.
  std::vector<ChangeRequest> list(std::optional<ChangeState> state, ChangeId after,
                                  std::size_t limit);
  void set_state(ChangeId id, ChangeState state, const std::string& outcome);

  void add_answer(ChangeId change, const ChangeAnswer& answer);
  std::vector<ChangeAnswer> answers(ChangeId change);

 private:
  soci::session& sql_;
};

}  // namespace countersign
