#include "policy/recovery.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/requests.h"

namespace countersign {
namespace {

/// A signed note on one line.
std::string one_line(std::string note) {
  std::ranges::replace(note, '\n', ' ');
  return printable(note);
}

}  // namespace

Result<Recovery> recover_store(Transaction& transaction, const std::string& reason,
                               const std::string& lost, const std::vector<Fact>& attested) {
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  Recovery done;
  LogEntry whole;
  whole.kind = record_kind::recovered;
  whole.data = {{"reason", reason}, {"mark", one_line(lost)}};
  whole.facts = attested;
  record_change(transaction, whole);
  for (const SignerId id : transaction.signers.list()) {
    const Signer* const signer = transaction.signers.find(id);
    const bool active = signer->state == SignerState::active;
    if (active) {
      done.frozen.push_back(signer->name);
      transaction.signers.set_state(id, SignerState::frozen, "the store was recovered: " + reason);
    }
    const std::string ended =
        end_open_requests(transaction, id, RequestAction::recover, RequestAction::recover);
    if (!ended.empty()) done.ended += 1 + static_cast<int>(std::ranges::count(ended, ','));
    LogEntry entry;
    entry.kind = record_kind::recovered;
    entry.signer = id;
    entry.data = {{"frozen", active ? "true" : "false"}, {"ended", ended}};
    record_change(transaction, entry);
  }
  return done;
}

}  // namespace countersign
