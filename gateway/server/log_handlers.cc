#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// Bytes of records in one answer, well below what a client takes.
constexpr std::size_t largest_page = 2 << 20;

}  // namespace

Result<json> list_log_call(Call& call) {
  JsonReader in(call.query, "?");
  const RecordNumber after = in.optional_integer("after", -1, INT64_MAX).value_or(-1);
  const auto limit = in.optional_integer("limit", 1, 1000).value_or(100);
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto found = call.transaction.log.list(after, static_cast<std::size_t>(limit) + 1);
  json records = json::array();
  json accounts = json::object();
  json signers = json::object();
  std::size_t bytes = 0;
  for (const LogRecord& record : found) {
    bytes += record.body.size() + record.facts.size();
    if (std::ssize(records) == limit || (bytes > largest_page && !records.empty())) break;
    records.push_back(to_json(record));
    if (record.account)
      accounts[std::to_string(*record.account)] =
          call.transaction.accounts.name_of(*record.account);
    if (record.signer)
      if (const Signer* const signer = call.transaction.signers.find(*record.signer))
        signers[std::to_string(*record.signer)] = signer->name;
  }
  const bool more = records.size() < found.size();
  return json{{"records", std::move(records)},
              {"names", {{"accounts", std::move(accounts)}, {"signers", std::move(signers)}}},
              {"more", more}};
}

Result<json> log_head_call(Call& call) {
  return json{{"head", call.transaction.log.signed_head()},
              {"key", call.transaction.log.verifier()}};
}

}  // namespace countersign::server
