#include "gateway/client/wire.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/text.h"

namespace countersign::wire {

using nlohmann::json;

namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t longest_digest = 64;   // SHA-512
constexpr std::int64_t longest_salt = 2048;  // of RSA-16384, the largest key there is

/// Builds a document, and refuses what the library's own builder lets pass: depth and fields given
/// twice. (Its callback would see them, at a cost that grows with the square of the document.)
class Builder final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override {
    return add(value) != nullptr;
  }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }  // JSON has none
  bool start_object(std::size_t) override { return open(json::object()); }
  bool key(string_t& name) override {
    const auto [field, added] = open_.back()->get_ref<json::object_t&>().try_emplace(name);
    if (added) {
      field_ = &field->second;
      return true;
    }
    complaint_ = "the field \"" + printable(name) + "\" is given twice";
    return false;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const json::exception& error) override {
    // 406: a number beyond what the format can hold, the one error that is not of the syntax.
    complaint_ = error.id == 406 ? "it has a number that is too large"
                                 : "it goes wrong at byte " + std::to_string(position);
    return false;
  }
  const std::string& complaint() const { return complaint_; }
  json& document() { return document_; }

 private:
  /// Puts `value` where the parser is: in the field just named, at the end of the list, or alone.
  json* add(json value) {
    json* place = &document_;
    if (!open_.empty() && open_.back()->is_array())
      place = &open_.back()->get_ref<json::array_t&>().emplace_back();
    else if (!open_.empty())
      place = field_;
    *place = std::move(value);
    return place;
  }
  bool open(json container) {
    if (open_.size() == deepest) {
      complaint_ = "it is nested more than 16 deep";
      return false;
    }
    open_.push_back(add(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  json document_;
  std::vector<json*> open_;  ///< a list grows only while none of its values is open
  json* field_ = nullptr;
  std::string complaint_;
};

tl::unexpected<Error> bad_json(const std::string& why) {
  return fail(ErrorKind::invalid, "bad_json", "this is not the JSON that is expected: " + why,
              "write one JSON object in UTF-8");
}

tl::unexpected<Error> bad_answer(const std::string& field) {
  return fail(ErrorKind::internal, "bad_answer",
              "the gateway's answer has no proper \"" + field + "\"",
              "check that gateway and client are of the same version");
}

/// Whether the claimed name and value are what a request may hold.
bool fits(const std::string& name, const std::string& value) {
  return !name.empty() && name.size() <= longest_claimed_name && check_text("name", name) &&
         value.size() <= longest_claimed_value && check_text("value", value);
}

/// `text` made safe to show and cut to `most` bytes between two characters.
std::string cut(const std::string& text, std::size_t most) {
  std::string safe = printable(text);
  if (safe.size() <= most) return safe;
  while (most > 0 && (static_cast<unsigned char>(safe[most]) & 0xC0U) == 0x80U) --most;
  safe.resize(most);
  return safe;
}

json claimed_to_json(const std::vector<ClaimedFact>& claimed) {
  json facts = json::object();
  for (const auto& [name, value] : claimed) {
    if (facts.size() == most_claimed_facts) break;
    const std::string shown = cut(value, longest_claimed_value);
    const std::string called = cut(name, longest_claimed_name);
    if (fits(called, shown)) facts[called] = shown;
  }
  return facts;
}

Hash read_hash(JsonReader& in, const char* name) {
  const std::string text = in.text(name);
  if (const auto hash = hash_from_text(text)) return *hash;
  in.refuse(name, "is not a hash that is known here");
  return Hash::none;
}

Result<SignatureAlgorithm> read_algorithm(const json& value) {
  SignatureAlgorithm algorithm;
  JsonReader in(value, "/algorithm");
  if (const auto scheme = scheme_from_text(in.text("scheme")))
    algorithm.scheme = *scheme;
  else
    in.refuse("scheme", "is not a scheme that is known here");
  algorithm.hash = read_hash(in, "hash");
  if (algorithm.scheme == Scheme::rsa_pss) {
    algorithm.mgf_hash = read_hash(in, "mgf_hash");
    algorithm.salt_length = static_cast<std::uint32_t>(in.integer("salt_length", 0, longest_salt));
  }
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  return algorithm;
}

void read_operation(JsonReader& in, OperationId& operation) {
  const auto bytes = from_hex(in.text("operation"));
  if (bytes && bytes->size() == operation.size())
    std::copy(bytes->begin(), bytes->end(), operation.begin());
  else
    in.refuse("operation", "is not 32 hex digits");
}

void read_digest(JsonReader& in, Bytes& digest) {
  auto bytes = from_base64(in.text("digest"));
  if (bytes && !bytes->empty() && bytes->size() <= longest_digest)
    digest = std::move(*bytes);
  else
    in.refuse("digest", "is not base64 of 1 to 64 bytes");
}

/// What is signed: the message for Ed25519, else the digest.
void read_signed(JsonReader& in, SigningInput& input) {
  if (input.algorithm.scheme != Scheme::ed25519) return read_digest(in, input.digest);
  auto bytes = from_base64(in.text("message"));
  if (bytes && bytes->size() <= longest_message)
    input.message = std::move(*bytes);
  else
    in.refuse("message", "is not base64 of at most 1048576 bytes");
}

void read_wait(JsonReader& in, SignatureRequest& request) {
  const json* const wait = in.any("wait");
  if (wait == nullptr) return;
  if (!wait->is_object()) return in.refuse("wait", "is not an object");
  JsonReader fields(*wait, "/wait");
  request.waits_for = fields.optional_integer("request", 1, INT64_MAX);
  request.wait = Milliseconds(fields.integer("ms", 0, longest_wait.count()));
  if (auto good = fields.finish(); !good)
    in.refuse("wait", "has a bad field", good.error().message);
}

/// The bounds of the whole are what the policy looks at.
void read_metadata(JsonReader& in, std::map<std::string, std::string>& metadata) {
  const json* const fields = in.any("metadata");
  if (fields == nullptr) return;
  if (!fields->is_object() || fields->size() > most_metadata)
    return in.refuse("metadata", "is not an object of at most 50 fields");
  for (const auto& [name, value] : fields->items()) {
    if (!value.is_string()) return in.refuse("metadata", "has a value that is not text");
    metadata.emplace(name, value.get<std::string>());
  }
}

void read_claimed(JsonReader& in, std::vector<ClaimedFact>& claimed) {
  const json* const facts = in.any("claimed");
  if (facts == nullptr) return;
  if (!facts->is_object() || facts->size() > most_claimed_facts)
    return in.refuse("claimed", "is not an object of at most 16 fields");
  for (const auto& [name, value] : facts->items()) {
    if (!value.is_string() || !fits(name, value.get_ref<const std::string&>()))
      return in.refuse("claimed/" + printable(name.substr(0, longest_claimed_name)),
                       "is not a line of at most 512 bytes under a name of at most 32");
    claimed.emplace_back(name, value.get<std::string>());
  }
}

// Fields of answers: a field that is missing or of another type is nothing.

std::optional<std::int64_t> integer_in(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<std::string> text_in(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

/// The rules of an explanation, as far as they are well-formed.
std::vector<ExplainedRule> rules_in(const json& body) {
  std::vector<ExplainedRule> rules;
  const auto found = body.find("rules");
  if (found == body.end() || !found->is_array()) return rules;
  for (const json& each : *found) {
    if (!each.is_object()) continue;
    const auto allows = each.find("allows");
    rules.push_back({text_in(each, "rule").value_or(""),
                     allows != each.end() && allows->is_boolean() && allows->get<bool>(),
                     text_in(each, "message").value_or(""), text_in(each, "remedy").value_or("")});
  }
  return rules;
}

std::optional<Bytes> bytes_in(const json& body, const char* name) {
  const auto text = text_in(body, name);
  return text ? from_base64(*text) : std::nullopt;
}

std::optional<std::vector<Bytes>> byte_list_in(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || !found->is_array()) return std::nullopt;
  std::vector<Bytes> list;
  for (const json& each : *found) {
    auto bytes = each.is_string() ? from_base64(each.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes) return std::nullopt;
    list.push_back(std::move(*bytes));
  }
  return list;
}

/// A hash that this version does not know is left out: it could not be asked for anyway.
std::vector<Hash> hashes_in(const json& body, const char* name) {
  std::vector<Hash> hashes;
  const auto found = body.find(name);
  if (found == body.end() || !found->is_array()) return hashes;
  for (const json& each : *found)
    if (const auto hash =
            each.is_string() ? hash_from_text(each.get_ref<const std::string&>()) : std::nullopt)
      hashes.push_back(*hash);
  return hashes;
}

Result<SignerInfo> signer_from_json(const json& body) {
  if (!body.is_object()) return bad_answer("signers");
  const auto id = integer_in(body, "id");
  const auto slot = integer_in(body, "slot");
  auto name = text_in(body, "name");
  auto public_key = bytes_in(body, "public_key");
  auto certificate = bytes_in(body, "certificate");
  auto chain = byte_list_in(body, "chain");
  if (!id || !slot || !name) return bad_answer("id, slot or name");
  if (!public_key || public_key->empty()) return bad_answer("public_key");
  if (!certificate || !chain) return bad_answer("certificate or chain");
  return SignerInfo{*id,
                    *slot,
                    std::move(*name),
                    std::move(*public_key),
                    std::move(*certificate),
                    std::move(*chain),
                    hashes_in(body, "weak_hashes")};
}

struct StatusOfKind {
  int status;
  ErrorKind kind;
};
// Read from the front in both directions: of several statuses of a kind the first is written.
constexpr std::array<StatusOfKind, 9> statuses{{{400, ErrorKind::invalid},
                                                {401, ErrorKind::unauthenticated},
                                                {403, ErrorKind::denied},
                                                {404, ErrorKind::not_found},
                                                {405, ErrorKind::invalid},
                                                {409, ErrorKind::conflict},
                                                {413, ErrorKind::invalid},
                                                {500, ErrorKind::internal},
                                                {503, ErrorKind::unavailable}}};

}  // namespace

Result<json> parse_object(const std::string& text) {
  Builder builder;
  if (!json::sax_parse(text, &builder)) return bad_json(builder.complaint());
  if (!builder.document().is_object()) return bad_json("it is no object");
  return std::move(builder.document());
}

json to_json(const SignatureRequest& request) {
  const SignatureAlgorithm& algorithm = request.input.algorithm;
  json body{
      {"operation", to_hex(request.operation)},
      {"algorithm", {{"scheme", to_text(algorithm.scheme)}, {"hash", to_text(algorithm.hash)}}}};
  if (algorithm.scheme == Scheme::ed25519)
    body["message"] = to_base64(request.input.message);
  else
    body["digest"] = to_base64(request.input.digest);
  if (algorithm.scheme == Scheme::rsa_pss) {
    body["algorithm"]["mgf_hash"] = to_text(algorithm.mgf_hash);
    body["algorithm"]["salt_length"] = algorithm.salt_length;
  }
  if (!request.claimed.empty()) body["claimed"] = claimed_to_json(request.claimed);
  if (!request.metadata.empty()) body["metadata"] = request.metadata;
  if (request.auto_request) body["auto_request"] = true;
  if (request.wait.count() > 0 || request.waits_for) {
    body["wait"] = {{"ms", request.wait.count()}};
    if (request.waits_for) body["wait"]["request"] = *request.waits_for;
  }
  return body;
}

json to_json(const Signature& signature) {
  json body{{"signature", to_base64(signature.bytes)}, {"record", signature.record}};
  if (signature.request) body["request"] = *signature.request;
  if (!signature.warning.empty()) body["warning"] = signature.warning;
  return body;
}

json to_json(const Explanation& explanation) {
  json body{{"signer", explanation.signer}, {"allowed", explanation.allowed},
            {"code", explanation.code},     {"message", explanation.message},
            {"remedy", explanation.remedy}, {"access", explanation.access}};
  if (explanation.request) body["request"] = *explanation.request;
  for (const ExplainedRule& each : explanation.rules)
    body["rules"].push_back({{"rule", each.rule},
                             {"allows", each.allows},
                             {"message", each.message},
                             {"remedy", each.remedy}});
  return body;
}

json to_json(const Error& error) {
  return {{"error", {{"code", error.code}, {"message", error.message}, {"remedy", error.remedy}}}};
}

Result<SignatureRequest> signature_request_from_json(const json& body) {
  SignatureRequest request;
  JsonReader in(body, "");
  read_operation(in, request.operation);
  const json* const algorithm = in.any("algorithm");
  if (algorithm == nullptr) {
    in.refuse("algorithm", "is missing");
  } else {
    auto read = read_algorithm(*algorithm);
    if (!read) return fail(std::move(read.error()));
    request.input.algorithm = *read;
  }
  read_signed(in, request.input);
  read_claimed(in, request.claimed);
  read_metadata(in, request.metadata);
  request.auto_request = in.flag("auto_request", false);
  read_wait(in, request);
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  return request;
}

Result<AwaitedApproval> awaited_approval_from_json(const json& body) {
  const auto request = integer_in(body, "request");
  if (!request) return bad_answer("request");
  return AwaitedApproval{*request, text_in(body, "message").value_or("")};
}

Result<Signature> signature_from_json(const json& body) {
  auto bytes = bytes_in(body, "signature");
  const auto record = integer_in(body, "record");
  if (!bytes || bytes->empty()) return bad_answer("signature");
  if (!record) return bad_answer("record");
  return Signature{std::move(*bytes), *record, integer_in(body, "request"),
                   text_in(body, "warning").value_or("")};
}

Result<Explanation> explanation_from_json(const json& body) {
  const auto signer = text_in(body, "signer");
  const auto allowed = body.find("allowed");
  const auto code = text_in(body, "code");
  if (!signer || !code) return bad_answer("signer or code");
  if (allowed == body.end() || !allowed->is_boolean()) return bad_answer("allowed");
  return Explanation{*signer,
                     allowed->get<bool>(),
                     *code,
                     text_in(body, "message").value_or(""),
                     text_in(body, "remedy").value_or(""),
                     integer_in(body, "request"),
                     rules_in(body),
                     text_in(body, "access").value_or("")};
}

Result<std::vector<SignerInfo>> signers_from_json(const json& body) {
  const auto found = body.find("signers");
  if (found == body.end() || !found->is_array()) return bad_answer("signers");
  std::vector<SignerInfo> signers;
  for (const json& each : *found) {
    auto signer = signer_from_json(each);
    if (!signer) return fail(std::move(signer.error()));
    signers.push_back(std::move(*signer));
  }
  return signers;
}

int http_status(ErrorKind kind) {
  for (const auto& each : statuses)
    if (each.kind == kind) return each.status;
  return 500;
}

Error error_from_answer(int status, const std::string& body) {
  Error error{ErrorKind::internal, "bad_answer",
              "the gateway answered with status " + std::to_string(status) + " and no reason", ""};
  for (const auto& each : statuses)
    if (each.status == status) error.kind = each.kind;
  const auto parsed = parse_object(body);
  if (!parsed) return error;
  const auto inner = parsed->find("error");
  if (inner == parsed->end() || !inner->is_object()) return error;
  const auto code = text_in(*inner, "code");
  const auto message = text_in(*inner, "message");
  if (!code || !message) return error;
  error.code = printable(*code);
  error.message = printable(*message);
  error.remedy = printable(text_in(*inner, "remedy").value_or(""));
  return error;
}

}  // namespace countersign::wire
