// One signer, shown as a token: its key, its objects and their handles.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/public_key.h"
#include "core/result.h"
#include "gateway/client/signing_service.h"
#include "module/handle_source.h"
#include "module/mechanism.h"
#include "module/object.h"
#include "module/pkcs11.h"

namespace countersign::module {

/// Whether a token asks for a login before it shows its objects (CKF_LOGIN_REQUIRED).
enum class Login { none, required };

/// How many sessions a token has open.
struct SessionCounts {
  CK_ULONG all = 0;
  CK_ULONG read_write = 0;
};

/// Immutable; shared by the slot list, sessions' calls and running operations. Thread-safe.
class Token {
 public:
  /// The token of `signer`. Objects that `before`, the token seen last in the same slot, had as
  /// well keep their handles. Errors: `bad_public_key` or `bad_certificate` when the gateway sent
  /// what cannot be shown.
  static Result<std::shared_ptr<const Token>> make(const SignerInfo& signer, HandleSource& handles,
                                                   const Token* before, Login login);

  /// The token of a signer of whom nothing but the name is known until somebody logs in. It has no
  /// objects.
  static std::shared_ptr<const Token> locked(const std::string& name);

  std::int64_t signer() const { return signer_; }
  const std::string& label() const { return label_; }
  /// Of a token that is not locked.
  const PublicKey& key() const { return *key_; }
  /// What decides which mechanisms are served. Valid as long as the token.
  KeyUse key_use() const;

  /// The object of that handle; null when it is none of this token's.
  const Object* object(CK_OBJECT_HANDLE handle) const;

  /// The handles of the objects that a search template matches (PKCS#11 v2.40 §5.7.6).
  std::vector<CK_OBJECT_HANDLE> find(std::span<const CK_ATTRIBUTE> wanted) const;

  /// What C_GetTokenInfo answers (§5.5.3).
  CK_TOKEN_INFO info(SessionCounts sessions) const;

 private:
  struct Entry {
    CK_OBJECT_HANDLE handle;
    Object object;
  };

  Token(const SignerInfo& signer, std::optional<PublicKey> key, Login login);
  CK_OBJECT_HANDLE handle_of_same(const Object& object) const;

  std::int64_t signer_;
  std::string label_;
  std::optional<PublicKey> key_;  ///< nothing while the token is locked
  std::vector<Hash> weak_hashes_;
  Login login_;
  std::vector<Entry> entries_;
};

}  // namespace countersign::module
