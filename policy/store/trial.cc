#include "policy/store/trial.h"

#include <soci/soci.h>

#include "policy/store/write_watch.h"

namespace countersign {

void Trial::begin() {
  sql_ << "SAVEPOINT trial";
}

void Trial::keep() {
  sql_ << "RELEASE trial";
}

void Trial::undo() {
  sql_ << "ROLLBACK TO trial";
  sql_ << "RELEASE trial";
  watch_.changed();
}

}  // namespace countersign
