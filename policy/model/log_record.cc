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

/// Writes one JSON object as canonical() would, whose fields are given in their order: a record is
/// made twice a signature, and the library's objects cost more than the record's own hashes.
class CanonicalObject {
 public:
  void field(std::string_view name, std::string_view json_text) {
    text_ += text_.empty() ? "{" : ",";
    add_string(name);
    text_ += ':';
    text_ += json_text;
  }
  void string_field(std::string_view name, std::string_view value) {
    field(name, "");
    add_string(value);
  }
  void number_field(std::string_view name, std::int64_t value) {
    field(name, std::to_string(value));
  }
  template <class Id>
  void optional_field(std::string_view name, const std::optional<Id>& value) {
    if (value) number_field(name, *value);
  }
  std::string take() { return text_.empty() ? "{}" : std::move(text_) + "}"; }

 private:
  void add_string(std::string_view value) {
    const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
    if (std::ranges::all_of(value, plain))
      text_.append("\"").append(value).append("\"");
    else
      text_ += canonical(json(value));
  }
  std::string text_;
};

std::string canonical_data(std::vector<std::pair<std::string, std::string>> data) {
  std::ranges::stable_sort(data, {}, &std::pair<std::string, std::string>::first);
  CanonicalObject object;
  for (const auto& [name, value] : data) object.string_field(name, value);
  return object.take();
}

/// The facts as they stand beside the record, and as the record holds them.
struct CanonicalFacts {
  std::string beside;
  std::string committed;
};

CanonicalFacts canonical_facts(std::vector<Fact> facts) {
  std::ranges::stable_sort(facts, {}, &Fact::first);
  const Bytes salts = random_bytes(salt_size * facts.size());
  CanonicalObject beside;
  CanonicalObject committed;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto& [name, value] = facts[i];
    const ByteView salt = ByteView(salts).subspan(i * salt_size, salt_size);
    CanonicalObject fact;
    fact.string_field("salt", to_hex(salt));
    fact.string_field("value", value);
    beside.field(name, fact.take());
    committed.string_field(name, commitment(salt, name, value));
  }
  return {beside.take(), committed.take()};
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

  CanonicalFacts facts = canonical_facts(entry.facts);
  CanonicalObject body;
  body.optional_field("account", record.account);
  body.field("data", canonical_data(entry.data));
  body.field("facts", facts.committed);
  body.string_field("kind", record.kind);
  body.number_field("n", record.number);
  if (!record.operation.empty()) body.string_field("operation", record.operation);
  body.optional_field("request", record.request);
  body.optional_field("signer", record.signer);
  body.number_field("t", to_unix_ms(record.time));
  body.number_field("v", body_version);
  record.body = body.take();
  record.leaf = leaf_hash(as_bytes(record.body));
  record.facts = std::move(facts.beside);
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
