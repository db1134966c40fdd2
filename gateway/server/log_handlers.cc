#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"

namespace countersign::server {

using nlohmann::json;

Result<json> list_log_call(Call& call) {
  JsonReader in(call.query, "?");
  const RecordNumber after = in.optional_integer("after", -1, INT64_MAX).value_or(-1);
  const auto limit = in.optional_integer("limit", 1, 1000).value_or(100);
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto found = call.transaction.log.list(after, static_cast<std::size_t>(limit) + 1);
  json records = json::array();
  json accounts = json::object();
  json signers = json::object();
  for (const LogRecord& record : found) {
    if (std::ssize(records) == limit) break;
    records.push_back(to_json(record));
    if (record.account)
      accounts[std::to_string(*record.account)] =
          call.transaction.accounts.name_of(*record.account);
    if (record.signer)
      if (const Signer* const signer = call.transaction.signers.find(*record.signer))
        signers[std::to_string(*record.signer)] = signer->name;
  }
  return json{{"records", std::move(records)},
              {"names", {{"accounts", std::move(accounts)}, {"signers", std::move(signers)}}},
              {"more", std::ssize(found) > limit}};
}

Result<json> log_head_call(Call& call) {
  return json{{"head", call.transaction.log.head()}, {"key", call.transaction.log.verifier()}};
}

}  // namespace countersign::server
