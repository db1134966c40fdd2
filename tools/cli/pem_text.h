// Certificates of an answer as a PEM file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace countersign {

/// The certificate in the object's field "certificate", and those in "chain", in the lines of
/// RFC 7468 §3.
std::string chain_pem(const nlohmann::json& object);

}  // namespace countersign
