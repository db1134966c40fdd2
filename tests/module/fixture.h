// The module, initialised over a SoftwareService, for one test.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "module/pkcs11.h"
#include "tests/module/mechanism_cases.h"
#include "tests/module/software_service.h"

namespace countersign::test {

class ModuleTest : public testing::Test {
 protected:
  void SetUp() override {
    settings() = {};
    service().reset();
    ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  }
  void TearDown() override { C_Finalize(nullptr); }

  static SoftwareService& service() { return SoftwareService::shared(); }

  static CK_SESSION_HANDLE open(const std::string& signer, CK_FLAGS flags = 0) {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    EXPECT_EQ(C_OpenSession(SoftwareService::slot(signer), CKF_SERIAL_SESSION | flags, nullptr,
                            nullptr, &session),
              CKR_OK);
    return session;
  }

  static std::vector<CK_OBJECT_HANDLE> find(CK_SESSION_HANDLE session,
                                            std::vector<CK_ATTRIBUTE> wanted) {
    EXPECT_EQ(C_FindObjectsInit(session, wanted.data(), wanted.size()), CKR_OK);
    std::vector<CK_OBJECT_HANDLE> found(32);
    CK_ULONG count = 0;
    EXPECT_EQ(C_FindObjects(session, found.data(), found.size(), &count), CKR_OK);
    EXPECT_EQ(C_FindObjectsFinal(session), CKR_OK);
    found.resize(count);
    return found;
  }

  static std::vector<CK_OBJECT_HANDLE> find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS type) {
    return find(session, {{CKA_CLASS, &type, sizeof type}});
  }

  static CK_OBJECT_HANDLE private_key(CK_SESSION_HANDLE session) {
    const auto keys = find_class(session, CKO_PRIVATE_KEY);
    return keys.size() == 1 ? keys.front() : CK_INVALID_HANDLE;
  }

  static Bytes attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                         CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE entry{type, nullptr, 0};
    EXPECT_EQ(C_GetAttributeValue(session, object, &entry, 1), CKR_OK);
    Bytes value(entry.ulValueLen);
    entry.pValue = value.data();
    EXPECT_EQ(C_GetAttributeValue(session, object, &entry, 1), CKR_OK);
    return value;
  }

  /// C_SignInit with SHA256_RSA_PKCS on an "rsa" session, ECDSA_SHA256 on the others.
  static CK_RV init(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type = CKM_SHA256_RSA_PKCS) {
    CK_MECHANISM mechanism{type, nullptr, 0};
    return C_SignInit(session, &mechanism, private_key(session));
  }

  static inline Bytes message{'m', 'e', 's', 's', 'a', 'g', 'e'};
};

/// Runs `body` in a forked child, and expects it to return `expected`.
template <class Body>
void expect_in_child(CK_RV expected, Body&& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body() == expected ? 0 : 1);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
}

}  // namespace countersign::test
