#include "policy/store/trial.h"

#include <soci/soci.h>

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
}

}  // namespace countersign
