// What the verbs that sign a file have in common: the signer is found, asked, and its signature
// written, or nothing is.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/algorithm.h"
#include "core/public_key.h"
#include "core/result.h"
#include "gateway/client/signing_service.h"
#include "tools/cli/exit_code.h"

namespace countersign {

class Session;

/// One file to sign, and what the verb makes of it.
struct FileSigning {
  std::string signer;
  std::string in;   ///< also recorded, by its name, as the caller's claim
  std::string out;  ///< appears whole or not at all; replaced when it is there
  std::function<Result<SigningInput>(const PublicKey&)> read;
  std::function<Bytes(KeyType, const Bytes&)> content;  ///< of `out`, from the PKCS#11 signature
  std::optional<std::string> wait = {};  ///< for an approval, in place of what is configured
};

/// The signer of that name, without regard to case. Asks again while the gateway is away, as the
/// signature itself does: a restart is a pause. Errors: `signer_not_found`, those of the service.
Result<SignerInfo> find_signer(Session& session, const std::string& name);

/// Signs and tells. Errors: `bad_wait`, `file_unwritable`, those of `read`, of find_signer() and of
/// the service.
Result<ExitCode> sign_file(const FileSigning& file, Session& session);

}  // namespace countersign
