#include "gateway/client/wire.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/text.h"

namespace countersign::wire {

using nlohmann::json;

namespace {

constexpr std::size_t longest_digest = 64;   // SHA-512
constexpr std::int64_t longest_salt = 2048;  // of RSA-16384, the largest key there is

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

}  // namespace

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

}  // namespace countersign::wire
