#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// Bytes of records in one answer, well below what a client takes.
constexpr std::size_t largest_page = 2 << 20;

/// Of the records that are not about the signer, so many at most are looked at in one call.
constexpr std::size_t most_looked_at = 5000;
constexpr std::size_t records_at_a_time = 500;

struct Page {
  RecordNumber after;
  std::int64_t limit;
};

Result<Page> read_page(Call& call) {
  JsonReader in(call.query, "?");
  const Page page{in.optional_integer("after", -1, INT64_MAX).value_or(-1),
                  in.optional_integer("limit", 1, 1000).value_or(100)};
  if (auto good = in.finish(); !good) return fail(good.error());
  return page;
}

/// Records as an answer, with the names of whom and what they are about.
class RecordsShown {
 public:
  RecordsShown(Call& call, std::int64_t limit) : call_(call), limit_(limit) {}

  /// Whether there was room for it.
  bool add(const LogRecord& record) {
    bytes_ += record.body.size() + record.facts.size();
    if (std::ssize(records_) == limit_ || (bytes_ > largest_page && !records_.empty()))
      return false;
    records_.push_back(to_json(record));
    if (record.account)
      accounts_[std::to_string(*record.account)] =
          call_.transaction.accounts.name_of(*record.account);
    if (record.signer)
      if (const Signer* const signer = call_.transaction.signers.find(*record.signer))
        signers_[std::to_string(*record.signer)] = signer->name;
    return true;
  }

  json answer(bool more) const {
    return {{"records", records_},
            {"names", {{"accounts", accounts_}, {"signers", signers_}}},
            {"more", more}};
  }

 private:
  Call& call_;
  const std::int64_t limit_;
  json records_ = json::array();
  json accounts_ = json::object();
  json signers_ = json::object();
  std::size_t bytes_ = 0;
};

}  // namespace

Result<json> list_log_call(Call& call) {
  const auto page = read_page(call);
  if (!page) return fail(page.error());
  RecordsShown shown(call, page->limit);
  bool more = false;
  for (const LogRecord& record :
       call.transaction.log.list(page->after, static_cast<std::size_t>(page->limit) + 1)) {
    more = !shown.add(record);
    if (more) break;
  }
  return shown.answer(more);
}

Result<json> list_signer_records_call(Call& call) {
  const auto page = read_page(call);
  if (!page) return fail(page.error());
  RecordsShown shown(call, page->limit);
  RecordNumber after = page->after;
  bool more = false, over = false;
  for (std::size_t looked_at = 0; !over && !more; looked_at += records_at_a_time) {
    more = looked_at >= most_looked_at;
    if (more) break;
    const auto some = call.transaction.log.list(after, records_at_a_time);
    over = some.size() < records_at_a_time;
    for (const LogRecord& record : some) {
      more = record.signer == call.signer->id && !shown.add(record);
      if (more) break;
      after = record.number;
    }
  }
  json answer = shown.answer(more);
  if (more) answer["next"] = after;
  return answer;
}

Result<json> log_head_call(Call& call) {
  return json{{"head", call.transaction.log.signed_head()},
              {"key", call.transaction.log.verifier()}};
}

}  // namespace countersign::server
