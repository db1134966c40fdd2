// The JSON of the signing calls, written and read in one place for both ends (docs/api.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "gateway/client/signing_service.h"

namespace countersign::wire {

/// Bounds of what a caller may claim about itself.
inline constexpr std::size_t most_claimed_facts = 16;
inline constexpr std::size_t most_metadata = 50;
inline constexpr std::size_t longest_claimed_name = 32;
inline constexpr std::size_t longest_claimed_value = 512;

/// Text that is one JSON object, nested at most 16 deep. Errors: `bad_json` with the byte's place.
Result<nlohmann::json> parse_object(const std::string& text);

nlohmann::json to_json(const SignatureRequest& request);  ///< the signer's id travels in the path
nlohmann::json to_json(const Signature& signature);
nlohmann::json to_json(const Explanation& explanation);
nlohmann::json to_json(const Error& error);

/// Reading never throws. A request is read strictly: an unknown, missing or wrongly typed field is
/// `bad_field` with its JSON pointer. Answers may have fields that this version does not know.
Result<SignatureRequest> signature_request_from_json(const nlohmann::json& body);
Result<Signature> signature_from_json(const nlohmann::json& body);
Result<AwaitedApproval> awaited_approval_from_json(const nlohmann::json& body);
Result<Explanation> explanation_from_json(const nlohmann::json& body);
Result<std::vector<SignerInfo>> signers_from_json(const nlohmann::json& body);

/// The HTTP status of a failure, and the failure of an answer whose status is not 200.
int http_status(ErrorKind kind);
Error error_from_answer(int status, const std::string& body);

}  // namespace countersign::wire
