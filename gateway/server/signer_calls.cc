#include <nlohmann/json.hpp>
#include <utility>

#include "core/certificate.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "gateway/server/calls.h"
#include "policy/signers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// What was found on the token for the signer's key URI, compared with what was pinned. The key was
/// good when it was pinned, so the caller did nothing wrong when it is not there.
Result<json> checked_key(const Signer& signer, Result<PublicKey> found) {
  if (!found) {
    if (found.error().kind == ErrorKind::invalid) found.error().kind = ErrorKind::internal;
    return fail(std::move(found.error()));
  }
  if (*found != signer.pinned)
    return fail(ErrorKind::conflict, "key_mismatch",
                "the key on token " + signer.token + " is not the one that signer " + signer.name +
                    " was made with (SHA-256 " + to_hex(found->fingerprint()) + ", pinned " +
                    to_hex(signer.pinned.fingerprint()) + ")",
                "run: countersign signer freeze " + signer.name +
                    " --reason \"key replaced\"; then find out who changed the token");
  return json{{"signer", signer.name}, {"fingerprint", to_hex(signer.pinned.fingerprint())}};
}

Result<NewSigner> read_new_signer(const Services& services, Call& call) {
  JsonReader in(call.body, "");
  NewSigner wish;
  wish.name = in.text("name");
  wish.key_uri = in.text("key");
  const std::string pem = in.text("certificate");
  wish.admins = in.texts("admins");
  if (auto good = in.finish(); !good) return fail(good.error());
  auto certificates = certificates_from_pem(pem);
  if (!certificates) return fail(std::move(certificates.error()));
  wish.certificates = std::move(*certificates);
  auto token = services.tokens.token_for(wish.key_uri);
  if (!token) return fail(std::move(token.error()));
  wish.token = std::move(*token);
  return wish;
}

}  // namespace

/// Allowed first, then the token is asked for the key, then the signer is made: the caller's right
/// is checked again there, for the token may take its time.
void run_signer_creation(const Services& services, const ExchangePointer& exchange) {
  in_store<NewSigner>(
      services.store, exchange,
      [&services, exchange](Transaction& transaction) {
        return exchange->with_call(
            transaction, [&services](Call& call) { return read_new_signer(services, call); });
      },
      [&services, exchange](const NewSigner& wish) {
        on_token(services, exchange, wish.token, [&services, exchange, wish](hsm::Token& token) {
          auto key = token.find_key(wish.key_uri);
          if (!key) return exchange->answer(fail(std::move(key.error())));
          answer_from_store(
              services.store, exchange, [exchange, wish, key = *key](Transaction& transaction) {
                return exchange->with_call(
                    transaction, [&](Call& call) { return create_signer_call(call, wish, key); });
              });
        });
      });
}

void run_signer_check(const Services& services, const ExchangePointer& exchange) {
  in_store<Signer>(
      services.store, exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction,
                                   [](Call& call) -> Result<Signer> { return *call.signer; });
      },
      [&services, exchange](const Signer& signer) {
        on_token(services, exchange, signer.token, [exchange, signer](hsm::Token& token) {
          exchange->answer(checked_key(signer, token.find_key(signer.key_uri)));
        });
      });
}

}  // namespace countersign::server
