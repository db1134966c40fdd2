// A change that is made to be looked at, and then kept or undone.
#pragma once

#include <vector>

#include "policy/store/log_table.h"
#include "policy/store/signer_table.h"

namespace countersign {

class WriteWatch;

/// What a change has written to.
struct Touched {
  std::vector<PrincipalId>
      principals;                 ///< both ends of each link; whose membership, claim or state
  std::vector<SignerId> signers;  ///< whose members
};

/// Trials may stand within one another, within a transaction. Not thread-safe. Throws what the
/// database throws.
class Trial {
 public:
  Trial(soci::session& sql, WriteWatch& watch, LogTable& log, SignerTable& signers)
      : sql_(sql), watch_(watch), log_(log), signers_(signers) {}

  void begin();
  /// What was written since the outermost trial began. The database itself keeps it, so that no
  /// change of who is who can be forgotten.
  Touched touched();
  void keep();
  void undo();
  /// After everything was undone.
  void forget() { positions_.clear(); }

 private:
  void note_writes();

  soci::session& sql_;
  WriteWatch& watch_;
  LogTable& log_;
  SignerTable& signers_;
  std::vector<Frontier> positions_;
};

}  // namespace countersign
