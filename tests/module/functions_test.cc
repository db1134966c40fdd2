// Every function of the list: present, and telling an uninitialised library, a bad session and
// what is not served apart (PKCS#11 v2.40 §5.1.1 to §5.1.5).
#include <cstring>
#include <set>

#include "module/handle_source.h"
#include "module/pkcs11_v3.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

struct SessionFunction {
  const char* name;
  CK_RV (*call)(CK_SESSION_HANDLE session);
  CK_RV with_session;  ///< on an open read-only session without any operation, given null pointers
};

// clang-format off
const SessionFunction session_functions[] = {
    {"C_InitPIN", [](auto s) { return C_InitPIN(s, nullptr, 0); }, CKR_SESSION_READ_ONLY},
    {"C_SetPIN", [](auto s) { return C_SetPIN(s, nullptr, 0, nullptr, 0); }, CKR_SESSION_READ_ONLY},
    {"C_GetSessionInfo", [](auto s) { return C_GetSessionInfo(s, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetOperationState", [](auto s) { return C_GetOperationState(s, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SetOperationState", [](auto s) { return C_SetOperationState(s, nullptr, 0, 0, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_Login", [](auto s) { return C_Login(s, 99, nullptr, 0); }, CKR_USER_TYPE_INVALID},
    {"C_Logout", [](auto s) { return C_Logout(s); }, CKR_USER_NOT_LOGGED_IN},
    {"C_CreateObject", [](auto s) { return C_CreateObject(s, nullptr, 0, nullptr); }, CKR_SESSION_READ_ONLY},
    {"C_CopyObject", [](auto s) { return C_CopyObject(s, 1, nullptr, 0, nullptr); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_DestroyObject", [](auto s) { return C_DestroyObject(s, 1); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_GetObjectSize", [](auto s) { return C_GetObjectSize(s, 1, nullptr); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_GetAttributeValue", [](auto s) { return C_GetAttributeValue(s, 1, nullptr, 0); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_SetAttributeValue", [](auto s) { return C_SetAttributeValue(s, 1, nullptr, 0); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_FindObjectsInit", [](auto s) { return C_FindObjectsInit(s, nullptr, 1); }, CKR_ARGUMENTS_BAD},
    {"C_FindObjects", [](auto s) { return C_FindObjects(s, nullptr, 0, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_FindObjectsFinal", [](auto s) { return C_FindObjectsFinal(s); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_EncryptInit", [](auto s) { return C_EncryptInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_Encrypt", [](auto s) { return C_Encrypt(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_EncryptUpdate", [](auto s) { return C_EncryptUpdate(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_EncryptFinal", [](auto s) { return C_EncryptFinal(s, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptInit", [](auto s) { return C_DecryptInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_Decrypt", [](auto s) { return C_Decrypt(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptUpdate", [](auto s) { return C_DecryptUpdate(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptFinal", [](auto s) { return C_DecryptFinal(s, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DigestInit", [](auto s) { return C_DigestInit(s, nullptr); }, CKR_OK},
    {"C_Digest", [](auto s) { return C_Digest(s, nullptr, 0, nullptr, nullptr); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_DigestUpdate", [](auto s) { return C_DigestUpdate(s, nullptr, 0); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_DigestKey", [](auto s) { return C_DigestKey(s, 0); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_DigestFinal", [](auto s) { return C_DigestFinal(s, nullptr, nullptr); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_SignInit", [](auto s) { CK_MECHANISM m{CKM_RSA_X_509, nullptr, 0}; return C_SignInit(s, &m, 0); }, CKR_MECHANISM_INVALID},
    {"C_Sign", [](auto s) { return C_Sign(s, nullptr, 0, nullptr, nullptr); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_SignUpdate", [](auto s) { return C_SignUpdate(s, nullptr, 0); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_SignFinal", [](auto s) { return C_SignFinal(s, nullptr, nullptr); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_SignRecoverInit", [](auto s) { return C_SignRecoverInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SignRecover", [](auto s) { return C_SignRecover(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_VerifyInit", [](auto s) { return C_VerifyInit(s, nullptr, 0); }, CKR_OK},
    {"C_Verify", [](auto s) { return C_Verify(s, nullptr, 0, nullptr, 0); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_VerifyUpdate", [](auto s) { return C_VerifyUpdate(s, nullptr, 0); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_VerifyFinal", [](auto s) { return C_VerifyFinal(s, nullptr, 0); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_VerifyRecoverInit", [](auto s) { return C_VerifyRecoverInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_VerifyRecover", [](auto s) { return C_VerifyRecover(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DigestEncryptUpdate", [](auto s) { return C_DigestEncryptUpdate(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptDigestUpdate", [](auto s) { return C_DecryptDigestUpdate(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SignEncryptUpdate", [](auto s) { return C_SignEncryptUpdate(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptVerifyUpdate", [](auto s) { return C_DecryptVerifyUpdate(s, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_GenerateKey", [](auto s) { return C_GenerateKey(s, nullptr, nullptr, 0, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_GenerateKeyPair", [](auto s) { return C_GenerateKeyPair(s, nullptr, nullptr, 0, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_WrapKey", [](auto s) { return C_WrapKey(s, nullptr, 0, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_UnwrapKey", [](auto s) { return C_UnwrapKey(s, nullptr, 0, nullptr, 0, nullptr, 0, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DeriveKey", [](auto s) { return C_DeriveKey(s, nullptr, 0, nullptr, 0, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SeedRandom", [](auto s) { return C_SeedRandom(s, nullptr, 1); }, CKR_ARGUMENTS_BAD},
    {"C_GenerateRandom", [](auto s) { return C_GenerateRandom(s, nullptr, 1); }, CKR_ARGUMENTS_BAD},
    {"C_GetFunctionStatus", [](auto s) { return C_GetFunctionStatus(s); }, CKR_FUNCTION_NOT_PARALLEL},
    {"C_CancelFunction", [](auto s) { return C_CancelFunction(s); }, CKR_FUNCTION_NOT_PARALLEL},
    {"C_LoginUser", [](auto s) { return C_LoginUser(s, 99, nullptr, 0, nullptr, 0); }, CKR_USER_TYPE_INVALID},
    {"C_SessionCancel", [](auto s) { return C_SessionCancel(s, 0); }, CKR_OK},
    {"C_MessageEncryptInit", [](auto s) { return C_MessageEncryptInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_EncryptMessage", [](auto s) { return C_EncryptMessage(s, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_EncryptMessageBegin", [](auto s) { return C_EncryptMessageBegin(s, nullptr, 0, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_EncryptMessageNext", [](auto s) { return C_EncryptMessageNext(s, nullptr, 0, nullptr, 0, nullptr, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageEncryptFinal", [](auto s) { return C_MessageEncryptFinal(s); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageDecryptInit", [](auto s) { return C_MessageDecryptInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptMessage", [](auto s) { return C_DecryptMessage(s, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptMessageBegin", [](auto s) { return C_DecryptMessageBegin(s, nullptr, 0, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_DecryptMessageNext", [](auto s) { return C_DecryptMessageNext(s, nullptr, 0, nullptr, 0, nullptr, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageDecryptFinal", [](auto s) { return C_MessageDecryptFinal(s); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageSignInit", [](auto s) { return C_MessageSignInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SignMessage", [](auto s) { return C_SignMessage(s, nullptr, 0, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SignMessageBegin", [](auto s) { return C_SignMessageBegin(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_SignMessageNext", [](auto s) { return C_SignMessageNext(s, nullptr, 0, nullptr, 0, nullptr, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageSignFinal", [](auto s) { return C_MessageSignFinal(s); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageVerifyInit", [](auto s) { return C_MessageVerifyInit(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_VerifyMessage", [](auto s) { return C_VerifyMessage(s, nullptr, 0, nullptr, 0, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_VerifyMessageBegin", [](auto s) { return C_VerifyMessageBegin(s, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_VerifyMessageNext", [](auto s) { return C_VerifyMessageNext(s, nullptr, 0, nullptr, 0, nullptr, 0); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_MessageVerifyFinal", [](auto s) { return C_MessageVerifyFinal(s); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_CloseSession", [](auto s) { return C_CloseSession(s); }, CKR_OK},
};

struct OtherFunction {
  const char* name;
  CK_RV (*call)();
};

const OtherFunction other_functions[] = {
    {"C_Finalize", [] { return C_Finalize(nullptr); }},
    {"C_GetInfo", [] { return C_GetInfo(nullptr); }},
    {"C_GetSlotList", [] { return C_GetSlotList(CK_TRUE, nullptr, nullptr); }},
    {"C_GetSlotInfo", [] { return C_GetSlotInfo(3, nullptr); }},
    {"C_GetTokenInfo", [] { return C_GetTokenInfo(3, nullptr); }},
    {"C_GetMechanismList", [] { return C_GetMechanismList(3, nullptr, nullptr); }},
    {"C_GetMechanismInfo", [] { return C_GetMechanismInfo(3, 1, nullptr); }},
    {"C_InitToken", [] { return C_InitToken(3, nullptr, 0, nullptr); }},
    {"C_OpenSession", [] { return C_OpenSession(3, 0, nullptr, nullptr, nullptr); }},
    {"C_CloseAllSessions", [] { return C_CloseAllSessions(3); }},
    {"C_WaitForSlotEvent", [] { return C_WaitForSlotEvent(0, nullptr, nullptr); }},
};
// clang-format on

class FunctionsTest : public ModuleTest {};

TEST(FunctionListTest, IsCompleteAndWorksBeforeInitialising) {
  CK_FUNCTION_LIST* list = nullptr;
  EXPECT_EQ(C_GetFunctionList(nullptr), CKR_ARGUMENTS_BAD);
  ASSERT_EQ(C_GetFunctionList(&list), CKR_OK);
  EXPECT_EQ(list->version.major, 2);
  EXPECT_EQ(list->version.minor, 40);
  constexpr std::size_t functions = 68;
  void* pointers[functions];
  static_assert(sizeof *list == (functions + 1) * sizeof pointers[0]);
  std::memcpy(pointers, &list->C_Initialize, sizeof pointers);
  const std::set<void*> distinct(std::begin(pointers), std::end(pointers));
  EXPECT_EQ(distinct.size(), functions);
  EXPECT_FALSE(distinct.contains(nullptr));
  // C_Initialize and those that find functions aside, the tables of this file name all, v3.0
  // included.
  EXPECT_EQ(std::size(session_functions) + std::size(other_functions) + 4, functions + 24);
}

TEST(FunctionListTest, NothingWorksBeforeInitialising) {
  for (const SessionFunction& each : session_functions)
    EXPECT_EQ(each.call(1), CKR_CRYPTOKI_NOT_INITIALIZED) << each.name;
  for (const OtherFunction& each : other_functions)
    EXPECT_EQ(each.call(), CKR_CRYPTOKI_NOT_INITIALIZED) << each.name;
}

TEST_F(FunctionsTest, BadSessionIsToldApart) {
  for (const SessionFunction& each : session_functions)
    EXPECT_EQ(each.call(12345), CKR_SESSION_HANDLE_INVALID) << each.name;
}

TEST_F(FunctionsTest, EachAnswersOnAnOpenSession) {
  const CK_SESSION_HANDLE session = open("rsa");
  for (const SessionFunction& each : session_functions)
    EXPECT_EQ(each.call(session), each.with_session) << each.name;
  EXPECT_TRUE(service().asked().empty());
}

TEST_F(FunctionsTest, NobodyInitialisesTokenOrPin) {
  EXPECT_EQ(C_InitToken(3, nullptr, 0, nullptr), CKR_TOKEN_WRITE_PROTECTED);
  EXPECT_EQ(C_InitToken(5, nullptr, 0, nullptr), CKR_SLOT_ID_INVALID);
  const CK_SESSION_HANDLE writes = open("rsa", CKF_RW_SESSION);
  EXPECT_EQ(C_InitPIN(writes, nullptr, 0), CKR_TOKEN_WRITE_PROTECTED);
  EXPECT_EQ(C_SetPIN(writes, nullptr, 0, nullptr, 0), CKR_TOKEN_WRITE_PROTECTED);
}

TEST_F(FunctionsTest, RandomIsServed) {
  const CK_SESSION_HANDLE session = open("rsa");
  Bytes first(32);
  Bytes second(32);
  EXPECT_EQ(C_SeedRandom(session, first.data(), first.size()), CKR_OK);
  EXPECT_EQ(C_GenerateRandom(session, first.data(), first.size()), CKR_OK);
  EXPECT_EQ(C_GenerateRandom(session, second.data(), second.size()), CKR_OK);
  EXPECT_NE(first, second);
  EXPECT_EQ(C_GenerateRandom(session, nullptr, 0), CKR_OK);
  EXPECT_EQ(C_GenerateRandom(session, first.data(), ~0UL), CKR_HOST_MEMORY);
}

TEST(HandleSourceTest, HandlesNeverRepeat) {
  module::HandleSource source;
  std::set<CK_ULONG> seen;
  for (int i = 0; i < 100'000; ++i) seen.insert(source.next());
  EXPECT_EQ(seen.size(), 100'000U);
  EXPECT_FALSE(seen.contains(CK_INVALID_HANDLE));
  module::HandleSource other;
  EXPECT_FALSE(seen.contains(other.next()));
}

}  // namespace
}  // namespace countersign::test
