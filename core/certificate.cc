#include "core/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <type_traits>

#include "core/crypto.h"

namespace countersign {
namespace {

constexpr std::size_t longest_chain = 8;

struct FreeX509 {
  void operator()(X509* object) const noexcept { X509_free(object); }
};
struct FreeBio {
  void operator()(BIO* object) const noexcept { BIO_free_all(object); }
};
using X509Pointer = std::unique_ptr<X509, FreeX509>;

tl::unexpected<Error> bad_certificate(const std::string& why) {
  return fail(ErrorKind::invalid, "bad_certificate", "the certificate cannot be used: " + why,
              "give a PEM file with the signer's certificate first and its chain behind it");
}

template <class T>
Bytes encode(int (*encoder)(T, unsigned char**), std::type_identity_t<T> object) {
  unsigned char* encoded = nullptr;
  const int length = encoder(object, &encoded);
  Bytes bytes(encoded, encoded + (length > 0 ? length : 0));
  OPENSSL_free(encoded);
  return bytes;
}

Time time_of(const ASN1_TIME* value) {
  std::tm parts{};
  ASN1_TIME_to_tm(value, &parts);
  return std::chrono::time_point_cast<Milliseconds>(
      std::chrono::system_clock::from_time_t(timegm(&parts)));
}

std::string text_of(const X509_NAME* name) {
  const std::unique_ptr<BIO, FreeBio> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

Result<Certificate> read(const X509* parsed) {
  auto key = PublicKey::from_der(encode(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(parsed)));
  if (!key) return fail(std::move(key.error()));
  return Certificate{encode(i2d_X509, parsed),
                     encode(i2d_X509_NAME, X509_get_subject_name(parsed)),
                     encode(i2d_X509_NAME, X509_get_issuer_name(parsed)),
                     encode(i2d_ASN1_INTEGER, X509_get0_serialNumber(parsed)),
                     text_of(X509_get_subject_name(parsed)),
                     text_of(X509_get_issuer_name(parsed)),
                     time_of(X509_get0_notBefore(parsed)),
                     time_of(X509_get0_notAfter(parsed)),
                     std::move(*key)};
}

}  // namespace

Result<Certificate> certificate_from_der(ByteView der) {
  X509* target = X509_new_ex(crypto_context(), nullptr);
  const unsigned char* cursor = der.data();
  if (d2i_X509(&target, &cursor, static_cast<long>(der.size())) == nullptr) {
    X509_free(target);  // null by now when the parser freed it
    return bad_certificate(crypto_error());
  }
  const X509Pointer parsed(target);
  if (cursor != der.data() + der.size()) return bad_certificate("bytes follow it");
  return read(parsed.get());
}

Result<std::vector<Certificate>> certificates_from_pem(std::string_view pem) {
  const std::unique_ptr<BIO, FreeBio> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> chain;
  while (true) {
    X509* target = X509_new_ex(crypto_context(), nullptr);
    if (PEM_read_bio_X509(in.get(), &target, no_pass_phrase, nullptr) == nullptr) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      X509_free(target);
      const std::string why = crypto_error();
      if (!at_end) return bad_certificate(why);
      break;
    }
    const X509Pointer parsed(target);
    auto certificate = read(parsed.get());
    if (!certificate) return fail(std::move(certificate.error()));
    chain.push_back(std::move(*certificate));
    if (chain.size() > longest_chain) return bad_certificate("more than eight in one file");
  }
  if (chain.empty()) return bad_certificate("no certificate in the file");
  return chain;
}

}  // namespace countersign
