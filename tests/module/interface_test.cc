// The interfaces of v2.40 and v3.0 beside each other: PKCS#11 v3.0 §5.4.4 to §5.4.6, §5.6.5,
// §5.6.9.
#include <cstring>
#include <set>

#include "module/pkcs11_v3.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

CK_UTF8CHAR standard_name[] = "PKCS 11";

CK_INTERFACE* interface_of(std::optional<CK_VERSION> version, CK_UTF8CHAR* name = nullptr,
                           CK_FLAGS flags = 0) {
  CK_INTERFACE* found = nullptr;
  const CK_RV result = C_GetInterface(name, version ? &*version : nullptr, &found, flags);
  EXPECT_EQ(result, found == nullptr ? CKR_ARGUMENTS_BAD : CKR_OK);
  return found;
}

const CK_FUNCTION_LIST_3_0& list_3_0() {
  return *static_cast<CK_FUNCTION_LIST_3_0*>(interface_of(CK_VERSION{3, 0})->pFunctionList);
}

TEST(InterfaceTest, ListFollowsTheConventionForLists) {
  EXPECT_EQ(C_GetInterfaceList(nullptr, nullptr), CKR_ARGUMENTS_BAD);
  CK_ULONG count = 0;
  EXPECT_EQ(C_GetInterfaceList(nullptr, &count), CKR_OK);
  ASSERT_EQ(count, 2U);
  CK_INTERFACE list[2] = {};
  count = 1;
  EXPECT_EQ(C_GetInterfaceList(list, &count), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(list[0].pFunctionList, nullptr);
  EXPECT_EQ(C_GetInterfaceList(list, &count), CKR_OK);
  for (const CK_INTERFACE& each : list) {
    EXPECT_STREQ(reinterpret_cast<const char*>(each.pInterfaceName), "PKCS 11");
    EXPECT_EQ(each.flags, 0U);
  }
}

TEST(InterfaceTest, IsFoundByNameVersionAndFlags) {
  CK_FUNCTION_LIST* list = nullptr;
  ASSERT_EQ(C_GetFunctionList(&list), CKR_OK);
  EXPECT_EQ(C_GetInterface(nullptr, nullptr, nullptr, 0), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(interface_of(CK_VERSION{2, 40})->pFunctionList, list);
  EXPECT_EQ(interface_of(CK_VERSION{2, 40}, standard_name)->pFunctionList, list);
  EXPECT_EQ(interface_of(std::nullopt), interface_of(CK_VERSION{3, 0}));
  EXPECT_EQ(interface_of(std::nullopt, standard_name), interface_of(CK_VERSION{3, 0}));
  CK_UTF8CHAR other[] = "Vendor 1";
  EXPECT_EQ(interface_of(std::nullopt, other), nullptr);
  EXPECT_EQ(interface_of(CK_VERSION{3, 1}), nullptr);
  EXPECT_EQ(interface_of(CK_VERSION{2, 20}), nullptr);
  EXPECT_EQ(interface_of(std::nullopt, nullptr, CKF_INTERFACE_FORK_SAFE), nullptr);
}

TEST(InterfaceTest, ListOf3_0IsCompleteAndLaidOutAsTheStandardSays) {
  constexpr std::size_t functions = 92;
  const CK_FUNCTION_LIST_3_0& list = list_3_0();
  static_assert(sizeof list == (functions + 1) * sizeof(void*));
  static_assert(offsetof(CK_FUNCTION_LIST_3_0, C_GetInterfaceList) == 69 * sizeof(void*));
  void* pointers[functions];
  std::memcpy(pointers, &list.common.C_Initialize, 68 * sizeof(void*));
  std::memcpy(pointers + 68, &list.C_GetInterfaceList, 24 * sizeof(void*));
  const std::set<void*> distinct(std::begin(pointers), std::end(pointers));
  EXPECT_EQ(distinct.size(), functions);
  EXPECT_FALSE(distinct.contains(nullptr));
  EXPECT_EQ(list.common.version.major, 3);
  EXPECT_EQ(list.common.version.minor, 0);
  EXPECT_EQ(list.common.C_WaitForSlotEvent, &C_WaitForSlotEvent);
  EXPECT_EQ(list.C_GetInterface, &C_GetInterface);
  EXPECT_EQ(list.C_SessionCancel, &C_SessionCancel);
  EXPECT_EQ(list.C_SignMessage, &C_SignMessage);
  EXPECT_EQ(list.C_MessageVerifyFinal, &C_MessageVerifyFinal);
}

class InterfacesInUse : public ModuleTest {
 protected:
  static CK_RV login_user(CK_SESSION_HANDLE session, std::string pin, std::string name) {
    return C_LoginUser(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size(),
                       reinterpret_cast<CK_UTF8CHAR*>(name.data()), name.size());
  }
  static bool searching(CK_SESSION_HANDLE session) {
    CK_ULONG count = 0;
    return C_FindObjects(session, nullptr, 0, &count) == CKR_OK;
  }
  static bool signing(CK_SESSION_HANDLE session) {
    CK_ULONG length = 0;
    return C_SignFinal(session, nullptr, &length) == CKR_OK;
  }
};

TEST_F(InterfacesInUse, EachTellsItsOwnVersion) {
  CK_INFO info{};
  ASSERT_EQ(list_3_0().common.C_GetInfo(&info), CKR_OK);
  EXPECT_EQ(info.cryptokiVersion.major, 3);
  EXPECT_EQ(info.cryptokiVersion.minor, 0);
  ASSERT_EQ(C_GetInfo(&info), CKR_OK);
  EXPECT_EQ(info.cryptokiVersion.major, 2);
  EXPECT_EQ(info.cryptokiVersion.minor, 40);
  EXPECT_EQ(list_3_0().common.C_GetInfo(nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(InterfacesInUse, HandlesOfOneAreGoodInTheOther) {
  const CK_FUNCTION_LIST& functions = list_3_0().common;
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  ASSERT_EQ(functions.C_OpenSession(SoftwareService::slot("rsa"), CKF_SERIAL_SESSION, nullptr,
                                    nullptr, &session),
            CKR_OK);
  EXPECT_EQ(init(session), CKR_OK);
  Bytes signature(256);
  CK_ULONG length = signature.size();
  EXPECT_EQ(functions.C_Sign(session, message.data(), message.size(), signature.data(), &length),
            CKR_OK);
}

TEST_F(InterfacesInUse, LoginUserTakesNoName) {
  const CK_SESSION_HANDLE session = open("rsa");
  EXPECT_EQ(C_LoginUser(session, CKU_USER, nullptr, 0, nullptr, 0), CKR_OK);
  EXPECT_EQ(login_user(session, "", ""), CKR_USER_ALREADY_LOGGED_IN);
  EXPECT_EQ(C_Logout(session), CKR_OK);
  EXPECT_EQ(login_user(session, "none", ""), CKR_OK);
  EXPECT_EQ(C_Logout(session), CKR_OK);
  EXPECT_EQ(login_user(session, "", "somebody"), CKR_PIN_INCORRECT);
  EXPECT_EQ(C_LoginUser(session, CKU_USER, nullptr, 0, nullptr, 3), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_LoginUser(session, CKU_SO, nullptr, 0, nullptr, 0), CKR_USER_TYPE_INVALID);
  EXPECT_EQ(init(session), CKR_OK);
  Bytes signature(256);
  CK_ULONG length = signature.size();
  EXPECT_EQ(C_Sign(session, message.data(), message.size(), signature.data(), &length),
            CKR_FUNCTION_REJECTED);
}

TEST_F(InterfacesInUse, SessionCancelEndsWhatItNamesAndNeverSigns) {
  const CK_SESSION_HANDLE session = open("rsa");
  EXPECT_EQ(C_SessionCancel(session, CKF_SIGN | CKF_FIND_OBJECTS), CKR_OK);  // nothing runs
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(C_SignUpdate(session, message.data(), message.size()), CKR_OK);
  ASSERT_EQ(C_FindObjectsInit(session, nullptr, 0), CKR_OK);
  EXPECT_EQ(C_SessionCancel(session, 0), CKR_OK);
  EXPECT_EQ(C_SessionCancel(session, CKF_ENCRYPT | CKF_DECRYPT), CKR_OK);
  EXPECT_TRUE(signing(session));
  EXPECT_EQ(C_SessionCancel(session, CKF_SIGN), CKR_OK);
  EXPECT_FALSE(signing(session));
  EXPECT_TRUE(searching(session));
  EXPECT_EQ(C_SessionCancel(session, CKF_FIND_OBJECTS), CKR_OK);
  EXPECT_FALSE(searching(session));
  EXPECT_TRUE(service().asked().empty());
  EXPECT_EQ(C_SessionCancel(12345, CKF_SIGN), CKR_SESSION_HANDLE_INVALID);
}

}  // namespace
}  // namespace countersign::test
