#include <nlohmann/json.hpp>
#include <utility>

#include "core/fault_point.h"
#include "gateway/server/calls.h"
#include "gateway/server/store_backup.h"
#include "policy/access.h"

namespace countersign::server {

using nlohmann::json;

namespace {

void finish_backup(const Services& services, const ExchangePointer& exchange,
                   const std::shared_ptr<StoreBackup>& backup) {
  const auto size = backup->finish();
  if (!size) return exchange->answer(fail(size.error()));
  const auto record = [backup, bytes = *size](Call& call) -> Result<json> {
    record_change(call.transaction, call.caller, "store.backup", std::nullopt, std::nullopt,
                  {{"file", backup->file()}, {"bytes", std::to_string(bytes)}});
    return json{{"file", backup->file()}, {"bytes", bytes}};
  };
  in_store<json>(
      services.store, exchange,
      [exchange, record](Transaction& transaction) {
        return exchange->with_call(transaction, record);
      },
      [exchange, backup](const json& answer) {
        fault_point("before_backup_named");
        if (auto kept = backup->keep(); !kept)
          return exchange->answer(fail(std::move(kept.error())));
        exchange->answer(answer);
      });
}

}  // namespace

/// Allowed first, then copied, then recorded, and named last: whatever is named like a backup is
/// whole and in the log.
void run_store_backup(const Services& services, const ExchangePointer& exchange) {
  when_allowed(services.store, exchange, [&services, exchange] {
    auto begun = StoreBackup::begin(services.backups);
    if (!begun) return exchange->answer(fail(std::move(begun.error())));
    const std::shared_ptr<StoreBackup> backup(std::move(*begun));
    services.store.copy_to(backup->partial(), [&services, exchange, backup](Status copied) {
      if (!copied) return exchange->answer(fail(std::move(copied.error())));
      finish_backup(services, exchange, backup);
    });
  });
}

}  // namespace countersign::server
