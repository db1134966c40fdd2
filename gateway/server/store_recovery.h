// What is done to the store while no daemon runs, as the service's user: putting a backup in its
// place, and going on with an older store.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "gateway/server/gateway_config.h"
#include "policy/recovery.h"

namespace countersign::server {

struct Restored {
  std::int64_t records = 0;
  std::optional<std::string> kept;      ///< where the replaced store is now
  std::optional<Error> needs_recovery;  ///< why the gateway will not sign with what was restored
};

/// Puts a copy of the backup at `backup` in the store's place, once its schema, pages, head and
/// every record of its log have proven good; the replaced store stays beside it under another name.
/// Errors: those of read_log_key(), PolicyStore::open(),
/// LogTable::verify(); `store_in_use`, `file_not_trusted`, `file_unwritable`. Nothing is replaced
/// then.
Result<Restored> restore_store(const GatewayConfig& config, const std::string& backup);

/// How many records the log had that the configured mark knows of. Leaves the store alone. Errors:
/// those of read_log_key(), HighWaterMark::open(), HeadSeal::open().
Result<std::int64_t> records_of_mark(const GatewayConfig& config);

/// Goes on with a store that is older than its mark, or whose mark is lost: recover_store(), and a
/// mark for what the store is now. Errors: `nothing_to_recover`, `bad_text`, those of
/// read_log_key(), PolicyStore::open(), LogTable::verify(), HighWaterMark::open().
Result<Recovery> recover_gateway(const GatewayConfig& config, const std::string& reason);

}  // namespace countersign::server
