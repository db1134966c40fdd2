// A record of the log: its canonical bytes, and how anybody checks them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "policy/model/ids.h"
#include "policy/model/merkle.h"

namespace countersign {

/// Kinds of record, as they stand in the log.
namespace record_kind {
inline constexpr std::string_view intent = "signature.intent";
inline constexpr std::string_view outcome = "signature.outcome";
inline constexpr std::string_view signed_again = "signature.again";
inline constexpr std::string_view denied = "denied";
inline constexpr std::string_view denied_again = "denied.again";
inline constexpr std::string_view change = "change";
inline constexpr std::string_view sign_in_failed = "sign_in.failed";
inline constexpr std::string_view started = "gateway.started";
inline constexpr std::string_view stopped = "gateway.stopped";
inline constexpr std::string_view recovered = "store.recovered";
inline constexpr std::string_view token_locked = "token.locked";
}  // namespace record_kind

/// A fact that stands beside the record and not in it, so that it can be redacted later: the
/// record holds only a salted hash of it. Names begin with "attested." or "claimed.".
using Fact = std::pair<std::string, std::string>;

/// What is to be recorded.
struct LogEntry {
  std::string kind;                  ///< one of record_kind
  std::optional<AccountId> account;  ///< who did it
  std::optional<SignerId> signer;
  std::optional<RequestId> request;
  std::string operation;  ///< operation id in hex for signatures, else empty
  std::vector<std::pair<std::string, std::string>> data;  ///< what happened, name and value
  std::vector<Fact> facts;
};

/// What was recorded. `body` is the truth; the fields beside it repeat it for searching.
struct LogRecord {
  RecordNumber number = 0;
  std::string kind;
  Time time;
  std::optional<AccountId> account;
  std::optional<SignerId> signer;
  std::optional<RequestId> request;
  std::string operation;
  std::string body;  ///< canonical bytes: JSON, keys sorted, no white space
  TreeHash leaf{};
  std::string facts;  ///< JSON: name → {"salt", "value"}; a redacted fact is missing
};

/// Gives `entry` its number, time, salts and canonical bytes.
LogRecord make_record(const LogEntry& entry, RecordNumber number, Time time);

/// Whether the record is what its leaf hash stands for: the body hashes to it, every field beside
/// the body says what the body says, every fact present matches its salted hash. Errors:
/// `record_damaged` with the record's number and what does not match.
Status check_record(const LogRecord& record);

/// The record as docs/api.md gives it, and back. Reading never throws. Errors: `bad_record`.
nlohmann::json to_json(const LogRecord& record);
Result<LogRecord> log_record_from_json(const nlohmann::json& json);

}  // namespace countersign
