// A signer: a name people sign under, bound to one key on one token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/public_key.h"
#include "policy/model/ids.h"

namespace countersign {

enum class SignerState { active, frozen, retired };

struct Signer {
  SignerId id = 0;
  std::int64_t slot = 0;  ///< PKCS#11 slot number, a column of its own, never reused
  std::string name;
  std::string token;  ///< name of the token in the gateway's config
  std::string key_uri;
  PublicKey pinned;
  std::vector<Bytes> certificates;  ///< DER, the leaf first
  Time certificate_from;            ///< validity of the leaf
  Time certificate_until;
  SignerState state = SignerState::active;
  std::string state_reason;                    ///< why it is frozen; empty when active
  std::optional<PolicyNumber> policy;          ///< current revision; none: nobody can sign
  std::optional<ApplicationId> application{};  ///< that groups it with others
  std::string description{};
};

std::string_view to_text(SignerState state);
std::optional<SignerState> signer_state_from_text(std::string_view text);

}  // namespace countersign
