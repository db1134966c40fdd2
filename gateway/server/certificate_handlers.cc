#include "policy/certificates.h"

#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/collections.h"

namespace countersign::server {

using nlohmann::json;

Result<json> list_certificates_call(Call& call) {
  json query = call.query;
  for (const char* const text : {"collection", "signer", "application", "subject"})
    if (const auto given = call.query_texts->find(text); given != call.query_texts->end())
      query[text] = given->second;
  JsonReader in(query, "?");
  CertificateSearch search;
  search.after = in.optional_integer("after", 0, INT64_MAX).value_or(0);
  const auto limit = in.optional_integer("limit", 1, 1000).value_or(100);
  search.limit = static_cast<std::size_t>(limit);
  const auto collection = in.optional_text("collection");
  search.query = read_certificate_query(in, {});
  if (auto good = in.finish(); !good) return fail(good.error());
  if (collection) {
    auto found = visible_collection(call.transaction, call.caller, *collection);
    if (!found) return fail(std::move(found.error()));
    search.collection = std::move(*found);
  }
  auto found = find_certificates(call.transaction, call.caller, search);
  const bool more = found.size() > search.limit;
  if (more) found.resize(search.limit);
  json certificates = json::array();
  for (const SignerId id : found)
    certificates.push_back(
        certificate_json(call.transaction, call.caller, *call.transaction.signers.find(id)));
  return json{{"certificates", std::move(certificates)}, {"more", more}};
}

Result<json> show_certificate_call(Call& call) {
  const auto signer =
      visible_certificate(call.transaction, call.caller, call.parts.at("certificate"));
  if (!signer) return fail(signer.error());
  return json{{"certificate", certificate_json(call.transaction, call.caller, **signer)}};
}

}  // namespace countersign::server
