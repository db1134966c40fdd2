// Whatever is done to a log's records, `log verify` finds it and names the record.
#include "tools/cli/log_verifier.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "policy/model/log_record.h"
#include "tools/cli/exit_code.h"

namespace countersign {
namespace {

using nlohmann::json;

class Log {
 public:
  explicit Log(std::int64_t size) {
    for (std::int64_t number = 0; number < size; ++number) {
      LogEntry entry;
      entry.kind = record_kind::change;
      entry.account = 1;
      entry.signer = 2;
      entry.data = {{"operation", "signer.freeze"}, {"n", std::to_string(number)}};
      entry.facts = {{"attested.uid", "1000"}, {"claimed.file", "app.tar"}};
      const LogRecord record = make_record(entry, number, from_unix_ms(1'700'000'000'000 + number));
      tree_.append(record.leaf);
      records_.push_back(to_json(record));
    }
  }

  std::vector<json>& records() { return records_; }
  TreeHead head() const { return {"log", tree_.size(), tree_.root()}; }

  Status verify(const TreeHead& head) const {
    LogVerifier verifier(head);
    for (const json& record : records_) {
      if (verifier.complete()) break;
      if (auto checked = verifier.check(record); !checked) return checked;
    }
    return verifier.finish();
  }
  Status verify() const { return verify(head()); }

 private:
  Frontier tree_;
  std::vector<json> records_;
};

void expect_found(const Status& status, const std::string& words) {
  ASSERT_FALSE(status) << words;
  EXPECT_EQ(exit_code(status.error()), ExitCode::not_verified);
  EXPECT_NE(status.error().message.find(words), std::string::npos) << status.error().message;
}

TEST(LogVerifier, AcceptsWhatWasRecorded) {
  for (const std::int64_t size : {0, 1, 2, 7, 64}) EXPECT_TRUE(Log(size).verify()) << size;
}

TEST(LogVerifier, RecordsBehindTheHeadAreLeftForTheNextTime) {
  const TreeHead head = Log(0).head();
  EXPECT_TRUE(Log(3).verify(head));
}

TEST(LogVerifier, FindsWhatWasDoneToARecord) {
  const std::vector<std::pair<const char*, std::function<void(json&)>>> edits = {
      {"body", [](json& r) { r["body"] = std::string(r["body"]).replace(2, 1, "x"); }},
      {"leaf", [](json& r) { r["leaf_hash"] = std::string(64, 'a'); }},
      {"kind", [](json& r) { r["kind"] = "denied"; }},
      {"time_ms", [](json& r) { r["time_ms"] = 0; }},
      {"time", [](json& r) { r["time"] = "2020-01-01T00:00:00Z"; }},
      {"account", [](json& r) { r["account"] = 7; }},
      {"signer", [](json& r) { r.erase("signer"); }},
      {"request", [](json& r) { r["request"] = 9; }},
      {"operation", [](json& r) { r["operation"] = "00"; }},
      {"fact",
       [](json& r) {
         json facts = json::parse(std::string(r["facts"]));
         facts["attested.uid"]["value"] = "0";
         r["facts"] = facts.dump();
       }},
      {"unreadable", [](json& r) { r = json::object(); }},
  };
  for (const auto& [name, edit] : edits) {
    Log log(5);
    edit(log.records()[3]);
    SCOPED_TRACE(name);
    expect_found(log.verify(), "record 3");
  }
}

TEST(LogVerifier, ARedactedFactIsNoDamage) {
  Log log(2);
  log.records()[1]["facts"] = "{}";
  EXPECT_TRUE(log.verify());
}

TEST(LogVerifier, FindsDroppedAndReorderedRecords) {
  Log dropped(5);
  dropped.records().erase(dropped.records().begin() + 2);
  expect_found(dropped.verify(), "record 2 of the log is missing");

  Log cut(5);
  cut.records().pop_back();
  expect_found(cut.verify(), "record 4 of the log is missing");

  Log reordered(5);
  std::swap(reordered.records()[1], reordered.records()[2]);
  expect_found(reordered.verify(), "record 1");
}

TEST(LogVerifier, FindsARecordThatWasWrittenAnew) {
  Log log(5);
  LogEntry entry;
  entry.kind = record_kind::change;
  log.records()[2] = to_json(make_record(entry, 2, from_unix_ms(1'700'000'000'002)));
  expect_found(log.verify(), "root");
}

}  // namespace
}  // namespace countersign
