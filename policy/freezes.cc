#include "policy/freezes.h"

#include "core/text.h"
#include "policy/access.h"

namespace countersign {
namespace {

constexpr std::size_t most_freezes = 100;

}  // namespace

Result<ProductFreeze> create_freeze(Transaction& transaction, const Caller& caller,
                                    const FreezeWindow& window) {
  if (auto good = check_text("the reason", window.reason); !good) return fail(good.error());
  if (window.until <= window.from || window.until <= transaction.now)
    return fail(ErrorKind::invalid, "bad_window",
                "the window would be over at " + to_rfc3339(window.until) + ", before it begins",
                "give a later time with --until");
  if (transaction.freezes.from(transaction.now).size() >= most_freezes)
    return fail(ErrorKind::conflict, "too_many_freezes",
                std::to_string(most_freezes) + " freeze windows hold or are to come already",
                "see: countersign freeze list");
  ProductFreeze freeze{0, window, caller.account.id, transaction.now};
  freeze.id = transaction.freezes.add(freeze);
  record_change(transaction, caller, "freeze.create", std::nullopt, std::nullopt,
                {{"freeze", std::to_string(freeze.id)},
                 {"from", to_rfc3339(window.from)},
                 {"until", to_rfc3339(window.until)},
                 {"reason", window.reason}});
  return freeze;
}

Status end_freeze(Transaction& transaction, const Caller& caller, FreezeId id,
                  const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return good;
  const auto freeze = transaction.freezes.find(id);
  if (!freeze) return no_such("freeze window");
  if (freeze->ended || freeze->window.until <= transaction.now)
    return fail(ErrorKind::conflict, "freeze_over",
                "freeze window " + std::to_string(id) + " is over already");
  transaction.freezes.end(id, transaction.now);
  record_change(transaction, caller, "freeze.end", std::nullopt, std::nullopt,
                {{"freeze", std::to_string(id)}, {"reason", reason}, {"loosens", "true"}});
  return {};
}

}  // namespace countersign
