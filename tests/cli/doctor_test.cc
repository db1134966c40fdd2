// What doctor makes of answers and files; tests/e2e/doctor_test.py breaks a real gateway.
#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/certificate.h"
#include "core/encoding.h"
#include "tests/cli/temporary_folder.h"
#include "tests/unit/test_keys.h"
#include "tools/cli/doctor/child.h"
#include "tools/cli/doctor/client_side.h"
#include "tools/cli/doctor/gateway_side.h"
#include "tools/cli/doctor/gateway_views.h"

namespace countersign::doctor {
namespace {

using nlohmann::json;
using std::chrono::hours;

const Time now = std::chrono::floor<std::chrono::seconds>(SystemClock().now());

json status_of(Time clock, Time latest) {
  return {{"version", COUNTERSIGN_VERSION},
          {"account", "alex"},
          {"clock_ms", to_unix_ms(clock)},
          {"latest_ms", to_unix_ms(latest)}};
}

TEST(DoctorClock, IsComparedWithTheStoreAndWithThisHost) {
  EXPECT_EQ(check_clock(status_of(now, now), now).state, State::ok);
  EXPECT_EQ(check_clock(status_of(now, now + hours(1)), now).state, State::failed);
  EXPECT_EQ(check_clock(status_of(now, now), now + hours(1)).state, State::warning);
  EXPECT_EQ(check_clock(status_of(now, now), now - hours(1)).state, State::warning);
  EXPECT_EQ(check_clock(json::object(), now).state, State::warning);
}

TEST(DoctorGateway, OtherVersionIsAWarning) {
  json status = status_of(now, now);
  EXPECT_EQ(check_gateway(status).state, State::ok);
  status["version"] = "0.0.1";
  EXPECT_EQ(check_gateway(status).state, State::warning);
}

TEST(DoctorToken, RefusedPinIsNotTheTokensFault) {
  json hsm{{"name", "lab"}, {"library", "/lib/x.so"}, {"state", "locked"}, {"message", "refused"}};
  auto found = check_token(hsm);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].state, State::ok);
  EXPECT_EQ(found[1].state, State::failed);
  EXPECT_EQ(found[1].check, "PIN of lab");
  hsm["state"] = "down";
  found = check_token(hsm);
  EXPECT_EQ(found[0].state, State::failed);
  EXPECT_EQ(found[1].state, State::not_seen);
}

/// A certificate of `key`, issued by `issuer` under that name.
struct Issued {
  std::string base64;
  Certificate parsed;
};

Issued issue(const char* subject, const test::SoftwareKey& key, const char* issuer,
             const test::SoftwareKey& by, hours from, hours until) {
  const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
  X509* const x509 = made.get();
  const auto set_name = [](X509_NAME* name, const char* text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text), -1, -1, 0);
  };
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  set_name(X509_get_subject_name(x509), subject);
  set_name(X509_get_issuer_name(x509), issuer);
  const auto seconds = [](hours span) { return std::chrono::seconds(span).count(); };
  X509_gmtime_adj(X509_getm_notBefore(x509), seconds(from));
  X509_gmtime_adj(X509_getm_notAfter(x509), seconds(until));
  X509_set_pubkey(x509, key.get());
  X509_sign(x509, by.get(), EVP_sha256());
  unsigned char* der = nullptr;
  const int length = i2d_X509(x509, &der);
  const Bytes bytes(der, der + length);
  OPENSSL_free(der);
  return {to_base64(bytes), *certificate_from_der(bytes)};
}

class DoctorCertificates : public testing::Test {
 protected:
  const test::SoftwareKey key = test::SoftwareKey::ec("P-256");
  const test::SoftwareKey ca = test::SoftwareKey::ec("P-256");
  const hours year{24 * 365};

  Issued leaf(hours from, hours until) const { return issue("leaf", key, "ca", ca, from, until); }
  Issued root() const { return issue("ca", ca, "ca", ca, -year, year); }

  Finding finding(const Issued& certificate, const std::vector<Issued>& chain) const {
    json signer{{"name", "release"},
                {"fingerprint", to_hex(key.public_key().fingerprint())},
                {"certificate", certificate.base64},
                {"chain", json::array()}};
    for (const Issued& each : chain) signer["chain"].push_back(each.base64);
    return check_certificates(signer, now);
  }
  State state(const Issued& certificate, const std::vector<Issued>& chain) const {
    return finding(certificate, chain).state;
  }
};

TEST_F(DoctorCertificates, ValidOneIsFine) {
  EXPECT_EQ(state(leaf(-year, year), {root()}), State::ok);
  EXPECT_EQ(state(leaf(-year, year), {}), State::ok);
}

TEST_F(DoctorCertificates, Dates) {
  EXPECT_EQ(state(leaf(-year, hours(-1)), {root()}), State::failed);
  EXPECT_EQ(state(leaf(hours(1), year), {root()}), State::failed);
  EXPECT_EQ(state(leaf(-year, hours(24 * 7)), {root()}), State::warning);
  const Issued old = issue("ca", ca, "ca", ca, -year, hours(-1));
  EXPECT_EQ(state(leaf(-year, year), {old}), State::failed);
  EXPECT_EQ(finding(leaf(-year, hours(-1)), {}).mend,
            "have it renewed for the same key, then: "
            "countersign signer change release --cert renewed.pem");
}

TEST_F(DoctorCertificates, KeyAndOrder) {
  EXPECT_EQ(state(issue("leaf", ca, "ca", ca, -year, year), {root()}), State::failed);
  const Issued other = issue("other", ca, "other", ca, -year, year);
  const Finding order = finding(leaf(-year, year), {other, root()});
  EXPECT_EQ(order.state, State::failed);
  EXPECT_TRUE(order.mend.ends_with("countersign signer change release --cert chain.pem"));
}

TEST_F(DoctorCertificates, WhatCannotBeSeenIsNotJudged) {
  json signer{{"name", "release"},
              {"certificate", ""},
              {"certificate_expires", to_rfc3339(now + hours(1))}};
  EXPECT_EQ(check_certificates(signer, now).state, State::not_seen);
  signer["certificate_expires"] = to_rfc3339(now);
  EXPECT_EQ(check_certificates(signer, now).state, State::failed);
}

TEST(DoctorChild, FindingsComeBack) {
  const Findings found = look_in_child("thing", "mend", std::nullopt, [] {
    return Findings{fine("a", "b"), failed("c", "d", "e")};
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].check, "a");
  EXPECT_EQ(found[1].state, State::failed);
  EXPECT_EQ(found[1].mend, "e");
}

TEST(DoctorChild, CrashAndSilenceAreFindings) {
  auto found = look_in_child("thing", "mend it", std::nullopt, []() -> Findings { abort(); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::failed);
  EXPECT_EQ(found[0].mend, "mend it");
  found = look_in_child("thing", "mend it", std::nullopt, []() -> Findings { _exit(0); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::failed);
}

TEST(DoctorChild, OneThatHangsIsEnded) {
  const auto found = look_in_child(
      "thing", "mend it", std::nullopt,
      []() -> Findings {
        while (true) pause();
      },
      Milliseconds(50));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].text, "gives no answer");
}

TEST(DoctorChild, UserWhoDoesNotExist) {
  const auto found = look_in_child("thing", "mend", "no-such-user", [] { return Findings{}; });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::failed);
}

class DoctorFiles : public TemporaryFolder {
 protected:
  Finding registration() const { return check_registration({path("")}, path("modules")); }
};

TEST_F(DoctorFiles, RegistrationNamesAModuleThatIsThere) {
  EXPECT_EQ(registration().state, State::warning);
  std::ofstream(path("other.module")) << "module: p11-kit-trust.so\n";
  EXPECT_EQ(registration().state, State::warning);
  std::ofstream(path("countersign.module")) << "# ours\nmodule: libcountersign.so\n";
  EXPECT_EQ(registration().state, State::failed);
  mkdir(path("modules").c_str(), 0700);
  std::ofstream(path("modules/libcountersign.so")) << "x";
  EXPECT_EQ(registration().state, State::ok);
}

TEST_F(DoctorFiles, ModuleThatIsNone) {
  const std::string module = path("libcountersign.so");
  for (const bool there : {false, true}) {
    if (there) std::ofstream(module) << "no library";
    const Findings found = check_module(module);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].state, State::failed);
    EXPECT_NE(found[0].text.find(module), std::string::npos) << found[0].text;
    EXPECT_EQ(found[0].mend, "run: cmake --install build/release");
  }
}

TEST_F(DoctorFiles, SocketMustBeOne) {
  ClientConfig config;
  config.socket = path("file");
  EXPECT_EQ(check_socket(config).state, State::failed);
  std::ofstream(config.socket) << "x";
  EXPECT_NE(check_socket(config).text.find("is no socket"), std::string::npos);
}

}  // namespace
}  // namespace countersign::doctor
