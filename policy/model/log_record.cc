#include "policy/model/log_record.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/crypto.h"
#include "core/encoding.h"

namespace countersign {

using nlohmann::json;

namespace {

constexpr int body_version = 1;
constexpr std::size_t salt_size = 16;

/// What the body holds of a fact: SHA-256 over salt, name and value, each length given.
std::string commitment(ByteView salt, const std::string& name, const std::string& value) {
  Bytes input(salt.begin(), salt.end());
  const std::string text = std::to_string(name.size()) + ":" + name + value;
  input.insert(input.end(), text.begin(), text.end());
  return to_hex(sha256(input));
}

template <class T>
void put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

/// Invalid UTF-8 cannot reach a record (inputs are checked), but a throw here must not happen.
std::string canonical(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

json index_fields(const LogRecord& record) {
  json body{{"n", record.number}, {"kind", record.kind}, {"t", to_unix_ms(record.time)}};
  put(body, "account", record.account);
  put(body, "signer", record.signer);
  put(body, "request", record.request);
  if (!record.operation.empty()) body["operation"] = record.operation;
  return body;
}

tl::unexpected<Error> damaged(const LogRecord& record, const std::string& what) {
  return fail(ErrorKind::invalid, "record_damaged",
              "record " + std::to_string(record.number) + " of the log was changed: " + what);
}

Status check_facts(const LogRecord& record, const json& body) {
  const json facts = json::parse(record.facts, nullptr, false);
  const json committed = body.value("facts", json::object());
  if (!facts.is_object() || !committed.is_object())
    return damaged(record, "its facts cannot be read");
  for (const auto& [name, fact] : facts.items()) {
    if (!fact.is_object() || !fact.value("salt", json()).is_string() ||
        !fact.value("value", json()).is_string())
      return damaged(record, "its fact " + name + " cannot be read");
    const auto salt = from_hex(fact["salt"].get<std::string>());
    if (!salt || committed.value(name, json()) !=
                     json(commitment(*salt, name, fact["value"].get<std::string>())))
      return damaged(record, "its fact " + name + " is not the one recorded");
  }
  return {};
}

}  // namespace

LogRecord make_record(const LogEntry& entry, RecordNumber number, Time time) {
  LogRecord record;
  record.number = number;
  record.kind = entry.kind;
  record.time = time;
  record.account = entry.account;
  record.signer = entry.signer;
  record.request = entry.request;
  record.operation = entry.operation;

  json body = index_fields(record);
  body["v"] = body_version;
  json& data = body["data"] = json::object();
  for (const auto& [name, value] : entry.data) data[name] = value;
  json& committed = body["facts"] = json::object();
  json facts = json::object();
  const Bytes salts = random_bytes(salt_size * entry.facts.size());
  for (std::size_t i = 0; i < entry.facts.size(); ++i) {
    const auto& [name, value] = entry.facts[i];
    const ByteView salt = ByteView(salts).subspan(i * salt_size, salt_size);
    committed[name] = commitment(salt, name, value);
    facts[name] = {{"salt", to_hex(salt)}, {"value", value}};
  }
  record.body = canonical(body);
  record.leaf = leaf_hash(as_bytes(record.body));
  record.facts = canonical(facts);
  return record;
}

Status check_record(const LogRecord& record) {
  if (leaf_hash(as_bytes(record.body)) != record.leaf)
    return damaged(record, "its body does not have the recorded hash");
  const json body = json::parse(record.body, nullptr, false);
  if (!body.is_object()) return damaged(record, "its body is no JSON object");
  json expected = index_fields(record);
  for (const char* const name : {"n", "kind", "t", "account", "signer", "request", "operation"})
    if (body.value(name, json()) != expected.value(name, json()))
      return damaged(record, std::string("its body says another ") + name);
  return check_facts(record, body);
}

json to_json(const LogRecord& record) {
  json object{{"number", record.number},
              {"kind", record.kind},
              {"time", to_rfc3339(record.time)},
              {"time_ms", to_unix_ms(record.time)},
              {"body", record.body},
              {"leaf_hash", to_hex(record.leaf)},
              {"facts", record.facts}};
  put(object, "account", record.account);
  put(object, "signer", record.signer);
  put(object, "request", record.request);
  if (!record.operation.empty()) object["operation"] = record.operation;
  return object;
}

Result<LogRecord> log_record_from_json(const json& object) {
  const auto refuse = [] {
    return fail(ErrorKind::invalid, "bad_record",
                "the gateway's answer holds no proper log record");
  };
  try {
    LogRecord record;
    record.number = object.at("number").get<RecordNumber>();
    record.kind = object.at("kind").get<std::string>();
    record.time = from_unix_ms(object.at("time_ms").get<std::int64_t>());
    if (object.contains("account")) record.account = object["account"].get<AccountId>();
    if (object.contains("signer")) record.signer = object["signer"].get<SignerId>();
    if (object.contains("request")) record.request = object["request"].get<RequestId>();
    record.operation = object.value("operation", "");
    record.body = object.at("body").get<std::string>();
    record.facts = object.at("facts").get<std::string>();
    const auto leaf = from_hex(object.at("leaf_hash").get<std::string>());
    if (!leaf || leaf->size() != record.leaf.size()) return refuse();
    std::ranges::copy(*leaf, record.leaf.begin());
    return record;
  } catch (const json::exception&) {
    return refuse();
  }
}

}  // namespace countersign
