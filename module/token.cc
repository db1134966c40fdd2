#include "module/token.h"

#include <utility>

#include "core/crypto.h"
#include "core/encoding.h"
#include "module/padded.h"
#include "module/version.h"

namespace countersign::module {
namespace {

Result<std::vector<Certificate>> read_certificates(const SignerInfo& signer) {
  std::vector<Certificate> certificates;
  if (signer.certificate.empty()) return certificates;
  const auto add = [&certificates](const Bytes& der) -> Status {
    auto certificate = certificate_from_der(der);
    if (!certificate) return fail(std::move(certificate.error()));
    certificates.push_back(std::move(*certificate));
    return {};
  };
  if (auto leaf = add(signer.certificate); !leaf) return fail(std::move(leaf.error()));
  for (const Bytes& issuer : signer.chain)
    if (auto added = add(issuer); !added) return fail(std::move(added.error()));
  return certificates;
}

/// Whether two objects are one and the same to an application. A token has one key pair, pinned
/// for ever; a renewed certificate is another object.
bool same(const Object& a, const Object& b) {
  if (a.object_class != b.object_class) return false;
  if (a.object_class != CKO_CERTIFICATE) return true;
  return *a.attributes.find(CKA_VALUE) == *b.attributes.find(CKA_VALUE);
}

}  // namespace

Token::Token(const SignerInfo& signer, std::optional<PublicKey> key, Login login)
    : signer_(signer.id),
      label_(signer.name),
      key_(std::move(key)),
      weak_hashes_(signer.weak_hashes),
      login_(login) {}

std::shared_ptr<const Token> Token::locked(const std::string& name) {
  SignerInfo signer;
  signer.name = name;
  return std::shared_ptr<const Token>(new Token(signer, std::nullopt, Login::required));
}

KeyUse Token::key_use() const {
  return {key_ ? std::optional(key_->type()) : std::nullopt, weak_hashes_};
}

Result<std::shared_ptr<const Token>> Token::make(const SignerInfo& signer, HandleSource& handles,
                                                 const Token* before, Login login) {
  auto key = PublicKey::from_der(signer.public_key);
  if (!key) return fail(std::move(key.error()));
  auto certificates = read_certificates(signer);
  if (!certificates) return fail(std::move(certificates.error()));
  const std::shared_ptr<Token> token(new Token(signer, std::move(*key), login));
  for (Object& object :
       make_objects({token->label_, *token->key_, token->weak_hashes_, std::move(*certificates)})) {
    const bool known = before != nullptr && before->key_ == token->key_;
    CK_OBJECT_HANDLE handle = known ? before->handle_of_same(object) : CK_INVALID_HANDLE;
    if (handle == CK_INVALID_HANDLE) handle = handles.next();
    token->entries_.push_back({handle, std::move(object)});
  }
  return token;
}

CK_OBJECT_HANDLE Token::handle_of_same(const Object& object) const {
  for (const Entry& entry : entries_)
    if (same(entry.object, object)) return entry.handle;
  return CK_INVALID_HANDLE;
}

const Object* Token::object(CK_OBJECT_HANDLE handle) const {
  for (const Entry& entry : entries_)
    if (entry.handle == handle) return &entry.object;
  return nullptr;
}

std::vector<CK_OBJECT_HANDLE> Token::find(std::span<const CK_ATTRIBUTE> wanted) const {
  std::vector<CK_OBJECT_HANDLE> found;
  for (const Entry& entry : entries_)
    if (entry.object.attributes.match(wanted)) found.push_back(entry.handle);
  return found;
}

CK_TOKEN_INFO Token::info(SessionCounts sessions) const {
  CK_TOKEN_INFO info{};
  fill_padded(info.label, label_);
  fill_padded(info.manufacturerID, "Countersign");
  fill_padded(info.model, "signer");
  fill_padded(info.serialNumber,
              to_hex(login_ == Login::none ? key_->fingerprint() : sha256(as_bytes(label_))));
  // Clients skip tokens that are not initialised, and want to set a PIN where there is none.
  info.flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_WRITE_PROTECTED | CKF_RNG;
  if (login_ == Login::required) info.flags |= CKF_LOGIN_REQUIRED;
  info.ulMaxSessionCount = CK_EFFECTIVELY_INFINITE;
  info.ulSessionCount = sessions.all;
  info.ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE;
  info.ulRwSessionCount = sessions.read_write;
  info.ulMaxPinLen = 255;
  info.ulMinPinLen = 0;
  info.ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION;
  info.ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
  info.ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION;
  info.ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
  info.hardwareVersion = library_version();
  info.firmwareVersion = library_version();
  fill_padded(info.utcTime, "");
  return info;
}

}  // namespace countersign::module
