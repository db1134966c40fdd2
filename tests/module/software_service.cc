#include "tests/module/software_service.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <utility>

#include "core/crypto.h"
#include "module/service_factory.h"

namespace countersign::test {
namespace {

struct SoftwareKey {
  std::string name;
  std::int64_t slot;
  EVP_PKEY* key;
  Bytes public_key;
  Bytes certificate;
};

template <class T, auto encode>
Bytes der_of(T* object) {
  unsigned char* der = nullptr;
  const int length = encode(object, &der);
  Bytes bytes(der, der + length);
  OPENSSL_free(der);
  return bytes;
}

void set_name(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

Bytes certificate_of(EVP_PKEY* key, const std::string& subject, const std::string& issuer) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 77);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  set_name(X509_get_subject_name(certificate), subject);
  set_name(X509_get_issuer_name(certificate), issuer);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256());
  Bytes der = der_of<X509, i2d_X509>(certificate);
  X509_free(certificate);
  return der;
}

SoftwareKey make_key(const std::string& name, std::int64_t slot, EVP_PKEY* key) {
  return {name, slot, key, der_of<EVP_PKEY, i2d_PUBKEY>(key), certificate_of(key, name, "issuer")};
}

const std::array<SoftwareKey, 5>& keys() {
  static const std::array<SoftwareKey, 5> all{
      make_key("rsa", 3, EVP_RSA_gen(2048)), make_key("p256", 4, EVP_EC_gen("P-256")),
      make_key("p384", 6, EVP_EC_gen("P-384")), make_key("p521", 9, EVP_EC_gen("P-521")),
      make_key("ed25519", 12, EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))};
  return all;
}

const SoftwareKey& key_named(const std::string& name) {
  for (const SoftwareKey& each : keys())
    if (each.name == name) return each;
  std::abort();
}

Bytes raw_ecdsa(ByteView der, std::size_t half) {
  const unsigned char* at = der.data();
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  Bytes raw(2 * half);
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), static_cast<int>(half));
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + half, static_cast<int>(half));
  ECDSA_SIG_free(pair);
  return raw;
}

SignerInfo signer_of(const SoftwareKey& key) {
  return {100 + key.slot, key.slot, key.name, key.public_key, key.certificate, {}};
}

Bytes sign_message(const SoftwareKey& key, ByteView message) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.key);
  Bytes signature(64);
  std::size_t length = signature.size();
  if (EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) != 1)
    return {};
  return signature;
}

Bytes sign_with(const SoftwareKey& key, const SigningInput& input) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key.key, nullptr), &EVP_PKEY_CTX_free);
  const SignatureAlgorithm& algorithm = input.algorithm;
  if (algorithm.scheme == Scheme::ed25519) return sign_message(key, input.message);
  EVP_PKEY_sign_init(context.get());
  if (algorithm.scheme == Scheme::rsa_pss) {
    EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), static_cast<int>(algorithm.salt_length));
  }
  if (algorithm.hash != Hash::none)
    EVP_PKEY_CTX_set_signature_md(context.get(),
                                  EVP_get_digestbyname(openssl_name(algorithm.hash)));
  Bytes signature(1024);
  std::size_t length = signature.size();
  if (EVP_PKEY_sign(context.get(), signature.data(), &length, input.digest.data(),
                    input.digest.size()) != 1)
    return {};
  signature.resize(length);
  const auto shown = PublicKey::from_der(key.public_key);
  return algorithm.scheme == Scheme::ecdsa ? raw_ecdsa(signature, ec_order_size(shown->type()))
                                           : signature;
}

/// What C_Initialize gets to own; the service itself lives as long as the program.
class Borrowed final : public SigningService {
 public:
  Result<std::vector<SignerInfo>> signers(Milliseconds patience) override {
    return SoftwareService::shared().signers(patience);
  }
  Result<Signature> sign(const SignatureRequest& request, Milliseconds patience) override {
    return SoftwareService::shared().sign(request, patience);
  }
  Result<Explanation> explain(const std::string& name) override {
    return SoftwareService::shared().explain(name);
  }
};

/// Whom no gateway knows.
class Stranger final : public SigningService {
 public:
  Result<std::vector<SignerInfo>> signers(Milliseconds) override { return unknown(); }
  Result<Signature> sign(const SignatureRequest&, Milliseconds) override { return unknown(); }
  Result<Explanation> explain(const std::string&) override { return unknown(); }

 private:
  static tl::unexpected<Error> unknown() {
    return fail(ErrorKind::unauthenticated, "bad_token", "the token is not known");
  }
};

}  // namespace

SoftwareService& SoftwareService::shared() {
  static SoftwareService service;
  return service;
}

void SoftwareService::reset() {
  const std::lock_guard lock(mutex_);
  signers_.clear();
  for (const SoftwareKey& key : keys())
    if (key.name != "ed25519") signers_.push_back(signer_of(key));
  signers_.front().chain = {certificate_of(keys()[1].key, "issuer", "issuer")};
  listing_error_.reset();
  signing_error_.reset();
  hook_ = nullptr;
  listings_ = 0;
  asked_.clear();
}

void SoftwareService::show_ed25519() {
  const std::lock_guard lock(mutex_);
  signers_.push_back(signer_of(key_named("ed25519")));
}

unsigned long SoftwareService::slot(const std::string& name) {
  return static_cast<unsigned long>(key_named(name).slot);
}

PublicKey SoftwareService::public_key(const std::string& name) const {
  return *PublicKey::from_der(key_named(name).public_key);
}

void SoftwareService::show(std::vector<SignerInfo> signers) {
  const std::lock_guard lock(mutex_);
  signers_ = std::move(signers);
}

std::vector<SignerInfo> SoftwareService::shown() const {
  const std::lock_guard lock(mutex_);
  return signers_;
}

void SoftwareService::refuse_listing(std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  listing_error_ = std::move(error);
}

void SoftwareService::refuse_signing(std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  signing_error_ = std::move(error);
}

void SoftwareService::before_signing(std::function<void()> hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

int SoftwareService::listings() const {
  const std::lock_guard lock(mutex_);
  return listings_;
}

std::vector<SignatureRequest> SoftwareService::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

Result<std::vector<SignerInfo>> SoftwareService::signers(Milliseconds) {
  const std::lock_guard lock(mutex_);
  ++listings_;
  if (listing_error_) return fail(*listing_error_);
  return signers_;
}

Result<Signature> SoftwareService::sign(const SignatureRequest& request, Milliseconds) {
  std::unique_lock lock(mutex_);
  asked_.push_back(request);
  const auto hook = hook_;
  const auto error = signing_error_;
  lock.unlock();
  if (hook) hook();
  if (error) return fail(*error);
  for (const SoftwareKey& key : keys())
    if (100 + key.slot == request.signer)
      return Signature{sign_with(key, request.input), 1, std::nullopt};
  return fail(ErrorKind::not_found, "no_signer", "no such signer");
}

Result<Explanation> SoftwareService::explain(const std::string& signer_name) {
  return Explanation{signer_name, true, "allowed", "", "", std::nullopt};
}

Settings& settings() {
  static Settings shared;
  return shared;
}

}  // namespace countersign::test

namespace countersign::module {

Result<ModuleServices> make_module_services() {
  const test::Settings& given = test::settings();
  if (given.broken) return fail(*given.broken);
  ModuleServices services;
  if (given.login_signers.empty()) services.signing = std::make_shared<test::Borrowed>();
  services.login_signers = given.login_signers;
  services.sign_in = [](const SecureBytes& token) -> std::shared_ptr<SigningService> {
    if (token.view() == test::good_token) return std::make_shared<test::Borrowed>();
    return std::make_shared<test::Stranger>();
  };
  services.log = given.log;
  services.report_listing = given.report_listing;
  services.command_environment = given.command_environment;
  return services;
}

}  // namespace countersign::module
