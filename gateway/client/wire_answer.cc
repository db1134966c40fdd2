#include "gateway/client/wire.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "core/text.h"

namespace countersign::wire {

using nlohmann::json;

namespace {

tl::unexpected<Error> bad_answer(const std::string& field) {
  return fail(ErrorKind::internal, "bad_answer",
              "the gateway's answer has no proper \"" + field + "\"",
              "check that gateway and client are of the same version");
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
