// The rules of the standard, one table: function, condition, what it answers, and which operations
// run afterwards. And every function that is not served: the right code, nothing changed.
#include <set>
#include <vector>

#include "tests/module/rules/rule.h"

namespace countersign::test {

World& World::searching() {
  EXPECT_EQ(C_FindObjectsInit(session, nullptr, 0), CKR_OK);
  return *this;
}

World& World::signing(CK_MECHANISM_TYPE type) {
  CK_MECHANISM asked{type, nullptr, 0};
  EXPECT_EQ(C_SignInit(session, &asked, key), CKR_OK);
  return *this;
}

World& World::verifying(CK_MECHANISM_TYPE type) {
  CK_MECHANISM asked{type, nullptr, 0};
  EXPECT_EQ(C_VerifyInit(session, &asked, public_key), CKR_OK);
  return *this;
}

World& World::digesting() {
  CK_MECHANISM asked{CKM_SHA256, nullptr, 0};
  EXPECT_EQ(C_DigestInit(session, &asked), CKR_OK);
  return *this;
}

unsigned World::running() const {
  CK_ULONG ignored = 0;
  CK_MECHANISM sign{CKM_SHA256_RSA_PKCS, nullptr, 0};
  unsigned found = nothing;
  if (C_FindObjects(session, nullptr, 0, &ignored) == CKR_OK) found |= search;
  if (C_SignFinal(session, nullptr, &ignored) == CKR_OK) found |= signature;
  if (C_VerifyInit(session, &sign, public_key) == CKR_OPERATION_ACTIVE)
    found |= verification;
  else
    C_VerifyInit(session, nullptr, CK_INVALID_HANDLE);
  if (C_DigestFinal(session, nullptr, &ignored) == CKR_OK) found |= digest;
  return found;
}

namespace {

class RulesTest : public ModuleTest {
 protected:
  static World make_world() {
    World world{};
    world.session = open("rsa");
    world.writes = open("rsa", CKF_RW_SESSION);
    world.closed = open("rsa");
    EXPECT_EQ(C_CloseSession(world.closed), CKR_OK);
    world.slot = SoftwareService::slot("rsa");
    world.key = private_key(world.session);
    world.public_key = find_class(world.session, CKO_PUBLIC_KEY).front();
    world.certificate = find_class(world.session, CKO_CERTIFICATE).front();
    world.foreign = private_key(open("p256"));
    return world;
  }
};

std::vector<Rule> all_rules() {
  std::vector<Rule> all;
  for (const auto part : {general_rules(), slot_rules(), session_rules(), object_rules(),
                          digest_rules(), signing_rules(), verifying_rules()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST_F(RulesTest, EachFunctionAnswersByTheTable) {
  for (const Rule& rule : all_rules()) {
    SCOPED_TRACE(std::string(rule.function) + ", " + rule.condition + " (" + rule.chapter + ")");
    service().reset();
    C_Finalize(nullptr);
    ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
    World world = make_world();
    testing::internal::CaptureStderr();  // denials say so there
    const CK_RV result = rule.call(world);
    testing::internal::GetCapturedStderr();
    EXPECT_EQ(result, rule.expected) << std::hex << result;
    EXPECT_EQ(world.running(), rule.running);
  }
}

/// With arguments as a token that served it would take them.
struct NotServed {
  const char* function;
  const char* chapter;
  CK_RV (*call)(World& w, CK_SESSION_HANDLE session);
};

// clang-format off
const NotServed not_served[] = {
    {"C_GetOperationState", "5.6.5", [](World& w, auto s) { return C_GetOperationState(s, w.out(), &w.length); }},
    {"C_SetOperationState", "5.6.6", [](World& w, auto s) { return C_SetOperationState(s, w.bytes(), w.size(), w.key, w.key); }},
    {"C_EncryptInit", "5.8.1", [](World& w, auto s) { return C_EncryptInit(s, w.with(CKM_RSA_PKCS), w.public_key); }},
    {"C_Encrypt", "5.8.2", [](World& w, auto s) { return C_Encrypt(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_EncryptUpdate", "5.8.3", [](World& w, auto s) { return C_EncryptUpdate(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_EncryptFinal", "5.8.4", [](World& w, auto s) { return C_EncryptFinal(s, w.out(), &w.length); }},
    {"C_DecryptInit", "5.9.1", [](World& w, auto s) { return C_DecryptInit(s, w.with(CKM_RSA_PKCS), w.key); }},
    {"C_Decrypt", "5.9.2", [](World& w, auto s) { return C_Decrypt(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_DecryptUpdate", "5.9.3", [](World& w, auto s) { return C_DecryptUpdate(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_DecryptFinal", "5.9.4", [](World& w, auto s) { return C_DecryptFinal(s, w.out(), &w.length); }},
    {"C_SignRecoverInit", "5.11.5", [](World& w, auto s) { return C_SignRecoverInit(s, w.with(CKM_RSA_PKCS), w.key); }},
    {"C_SignRecover", "5.11.6", [](World& w, auto s) { return C_SignRecover(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_VerifyRecoverInit", "5.12.5", [](World& w, auto s) { return C_VerifyRecoverInit(s, w.with(CKM_RSA_PKCS), w.public_key); }},
    {"C_VerifyRecover", "5.12.6", [](World& w, auto s) { return C_VerifyRecover(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_DigestEncryptUpdate", "5.13.1", [](World& w, auto s) { return C_DigestEncryptUpdate(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_DecryptDigestUpdate", "5.13.2", [](World& w, auto s) { return C_DecryptDigestUpdate(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_SignEncryptUpdate", "5.13.3", [](World& w, auto s) { return C_SignEncryptUpdate(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_DecryptVerifyUpdate", "5.13.4", [](World& w, auto s) { return C_DecryptVerifyUpdate(s, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_GenerateKey", "5.14.1", [](World& w, auto s) { return C_GenerateKey(s, w.with(CKM_AES_KEY_GEN), nullptr, 0, &w.length); }},
    {"C_GenerateKeyPair", "5.14.2", [](World& w, auto s) { return C_GenerateKeyPair(s, w.with(CKM_RSA_PKCS_KEY_PAIR_GEN), nullptr, 0, nullptr, 0, &w.length, &w.length); }},
    {"C_WrapKey", "5.14.3", [](World& w, auto s) { return C_WrapKey(s, w.with(CKM_RSA_PKCS), w.public_key, w.key, w.out(), &w.length); }},
    {"C_UnwrapKey", "5.14.4", [](World& w, auto s) { return C_UnwrapKey(s, w.with(CKM_RSA_PKCS), w.key, w.bytes(), w.size(), nullptr, 0, &w.length); }},
    {"C_DeriveKey", "5.14.5", [](World& w, auto s) { return C_DeriveKey(s, w.with(CKM_ECDH1_DERIVE), w.key, nullptr, 0, &w.length); }},
    {"C_MessageEncryptInit", "v3.0 5.9.1", [](World& w, auto s) { return C_MessageEncryptInit(s, w.with(CKM_AES_GCM), w.key); }},
    {"C_EncryptMessage", "v3.0 5.9.2", [](World& w, auto s) { return C_EncryptMessage(s, nullptr, 0, nullptr, 0, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_EncryptMessageBegin", "v3.0 5.9.3", [](World& w, auto s) { return C_EncryptMessageBegin(s, nullptr, 0, w.bytes(), w.size()); }},
    {"C_EncryptMessageNext", "v3.0 5.9.4", [](World& w, auto s) { return C_EncryptMessageNext(s, nullptr, 0, w.bytes(), w.size(), w.out(), &w.length, 0); }},
    {"C_MessageEncryptFinal", "v3.0 5.9.5", [](World&, auto s) { return C_MessageEncryptFinal(s); }},
    {"C_MessageDecryptInit", "v3.0 5.11.1", [](World& w, auto s) { return C_MessageDecryptInit(s, w.with(CKM_AES_GCM), w.key); }},
    {"C_DecryptMessage", "v3.0 5.11.2", [](World& w, auto s) { return C_DecryptMessage(s, nullptr, 0, nullptr, 0, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_DecryptMessageBegin", "v3.0 5.11.3", [](World& w, auto s) { return C_DecryptMessageBegin(s, nullptr, 0, w.bytes(), w.size()); }},
    {"C_DecryptMessageNext", "v3.0 5.11.4", [](World& w, auto s) { return C_DecryptMessageNext(s, nullptr, 0, w.bytes(), w.size(), w.out(), &w.length, 0); }},
    {"C_MessageDecryptFinal", "v3.0 5.11.5", [](World&, auto s) { return C_MessageDecryptFinal(s); }},
    {"C_MessageSignInit", "v3.0 5.14.1", [](World& w, auto s) { return C_MessageSignInit(s, w.with(CKM_SHA256_RSA_PKCS), w.key); }},
    {"C_SignMessage", "v3.0 5.14.2", [](World& w, auto s) { return C_SignMessage(s, nullptr, 0, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_SignMessageBegin", "v3.0 5.14.3", [](World&, auto s) { return C_SignMessageBegin(s, nullptr, 0); }},
    {"C_SignMessageNext", "v3.0 5.14.4", [](World& w, auto s) { return C_SignMessageNext(s, nullptr, 0, w.bytes(), w.size(), w.out(), &w.length); }},
    {"C_MessageSignFinal", "v3.0 5.14.5", [](World&, auto s) { return C_MessageSignFinal(s); }},
    {"C_MessageVerifyInit", "v3.0 5.16.1", [](World& w, auto s) { return C_MessageVerifyInit(s, w.with(CKM_SHA256_RSA_PKCS), w.public_key); }},
    {"C_VerifyMessage", "v3.0 5.16.2", [](World& w, auto s) { return C_VerifyMessage(s, nullptr, 0, w.bytes(), w.size(), w.out(), 256); }},
    {"C_VerifyMessageBegin", "v3.0 5.16.3", [](World&, auto s) { return C_VerifyMessageBegin(s, nullptr, 0); }},
    {"C_VerifyMessageNext", "v3.0 5.16.4", [](World& w, auto s) { return C_VerifyMessageNext(s, nullptr, 0, w.bytes(), w.size(), w.out(), 256); }},
    {"C_MessageVerifyFinal", "v3.0 5.16.5", [](World&, auto s) { return C_MessageVerifyFinal(s); }},
};
// clang-format on

TEST_F(RulesTest, WhatIsNotServedSaysSoAndChangesNothing) {
  constexpr unsigned everything = search | signature | verification | digest;
  World world = make_world();
  world.searching().signing().verifying().digesting();
  const Bytes untouched = world.room;
  for (const NotServed& each : not_served) {
    SCOPED_TRACE(std::string(each.function) + " (" + each.chapter + ")");
    EXPECT_EQ(each.call(world, world.closed), CKR_SESSION_HANDLE_INVALID);
    EXPECT_EQ(each.call(world, world.session), CKR_FUNCTION_NOT_SUPPORTED);
    EXPECT_EQ(each.call(world, world.writes), CKR_FUNCTION_NOT_SUPPORTED);
    EXPECT_EQ(world.running(), everything);
    EXPECT_EQ(world.room, untouched);
    EXPECT_EQ(world.length, 1024U);
  }
  EXPECT_EQ(find(open("rsa"), {}).size(), 4U);
  EXPECT_TRUE(service().asked().empty());
}

TEST_F(RulesTest, TheTablesNameEveryFunction) {
  std::set<std::string> named{"C_Initialize", "C_GetInterface"};
  for (const Rule& rule : all_rules()) named.insert(rule.function);
  for (const NotServed& each : not_served) EXPECT_TRUE(named.insert(each.function).second);
  EXPECT_EQ(named.size(), 92U);
}

}  // namespace
}  // namespace countersign::test
