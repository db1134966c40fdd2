// Slots, tokens and mechanisms: PKCS#11 v2.40 §5.5.
#include <algorithm>
#include <thread>

#include "module/fetched_slots.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class SlotsTest : public ModuleTest {
 protected:
  static std::vector<CK_SLOT_ID> slots(CK_BBOOL with_token = CK_TRUE) {
    CK_ULONG count = 0;
    EXPECT_EQ(C_GetSlotList(with_token, nullptr, &count), CKR_OK);
    std::vector<CK_SLOT_ID> list(count);
    EXPECT_EQ(C_GetSlotList(with_token, list.data(), &count), CKR_OK);
    list.resize(count);
    return list;
  }
  static void let_the_list_age() { std::this_thread::sleep_for(module::FetchedSlots::most_age); }
  static void show_without(const std::string& name) {
    auto signers = service().shown();
    std::erase_if(signers, [&](const SignerInfo& each) { return each.name == name; });
    service().show(signers);
  }
};

template <std::size_t size>
std::string text(const unsigned char (&field)[size]) {
  return std::string(field, field + size);
}

TEST_F(SlotsTest, OneSlotForEachSigner) {
  EXPECT_EQ(slots(), (std::vector<CK_SLOT_ID>{3, 4, 6, 9}));
  EXPECT_EQ(service().listings(), 1);
}

TEST_F(SlotsTest, ShortListBufferIsToldTheCount) {
  CK_SLOT_ID one = 0;
  CK_ULONG count = 1;
  EXPECT_EQ(C_GetSlotList(CK_TRUE, &one, &count), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(count, 4U);
  EXPECT_EQ(C_GetSlotList(CK_TRUE, nullptr, nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(SlotsTest, TokenInfoIsWhatClientsLookFor) {
  CK_TOKEN_INFO info;
  ASSERT_EQ(C_GetTokenInfo(3, &info), CKR_OK);
  EXPECT_EQ(text(info.label), "rsa                             ");
  EXPECT_EQ(text(info.manufacturerID).substr(0, 12), "Countersign ");
  EXPECT_NE(info.flags & CKF_TOKEN_INITIALIZED, 0U);
  EXPECT_EQ(info.flags & CKF_LOGIN_REQUIRED, 0U);
  EXPECT_EQ(info.ulMaxSessionCount, CK_EFFECTIVELY_INFINITE);
  open("rsa");
  open("rsa", CKF_RW_SESSION);
  ASSERT_EQ(C_GetTokenInfo(3, &info), CKR_OK);
  EXPECT_EQ(info.ulSessionCount, 2U);
  EXPECT_EQ(info.ulRwSessionCount, 1U);
  EXPECT_EQ(C_GetTokenInfo(5, &info), CKR_SLOT_ID_INVALID);
  EXPECT_EQ(C_GetTokenInfo(3, nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(SlotsTest, MechanismsAreThoseOfTheKey) {
  const auto listed = [](CK_SLOT_ID slot) {
    CK_ULONG count = 0;
    EXPECT_EQ(C_GetMechanismList(slot, nullptr, &count), CKR_OK);
    std::vector<CK_MECHANISM_TYPE> types(count);
    EXPECT_EQ(C_GetMechanismList(slot, types.data(), &count), CKR_OK);
    return types;
  };
  for (const MechanismCase& each : mechanism_cases()) {
    for (const std::string signer : {"rsa", "p384"}) {
      const auto types = listed(SoftwareService::slot(signer));
      const bool fits = each.rsa == (signer == "rsa");
      EXPECT_EQ(std::ranges::find(types, each.type) != types.end(), fits) << each;
      CK_MECHANISM_INFO info{};
      EXPECT_EQ(C_GetMechanismInfo(SoftwareService::slot(signer), each.type, &info),
                fits ? CKR_OK : CKR_MECHANISM_INVALID);
      EXPECT_EQ((info.flags & CKF_SIGN) != 0, fits);
      EXPECT_EQ((info.flags & CKF_VERIFY) != 0, fits);
    }
  }
  EXPECT_EQ(listed(3).size(), 8U + 5U);  // and the digests
  EXPECT_EQ(listed(6).size(), 4U + 5U);
}

TEST_F(SlotsTest, UnreachableGatewayShowsNoSlots) {
  service().refuse_listing(Error{ErrorKind::unavailable, "down", "nobody answers", ""});
  EXPECT_TRUE(slots().empty());
  CK_SLOT_INFO info;
  EXPECT_EQ(C_GetSlotInfo(3, &info), CKR_SLOT_ID_INVALID);
  EXPECT_EQ(service().listings(), 1);  // the failure is remembered for a moment
}

TEST_F(SlotsTest, KnownSlotsOutliveAGatewayThatCannotBeReached) {
  ASSERT_EQ(slots().size(), 4U);
  service().refuse_listing(Error{ErrorKind::unavailable, "down", "nobody answers", ""});
  let_the_list_age();
  EXPECT_EQ(slots().size(), 4U);
  EXPECT_EQ(service().listings(), 2);
}

TEST_F(SlotsTest, SignerThatIsGoneLeavesAnEmptySlot) {
  const CK_SESSION_HANDLE session = open("p256");
  const CK_OBJECT_HANDLE key = private_key(session);
  const CK_SESSION_HANDLE other = open("rsa");
  show_without("p256");
  let_the_list_age();
  EXPECT_EQ(slots(), (std::vector<CK_SLOT_ID>{3, 6, 9}));
  EXPECT_EQ(slots(CK_FALSE), (std::vector<CK_SLOT_ID>{3, 4, 6, 9}));
  CK_SLOT_INFO slot;
  EXPECT_EQ(C_GetSlotInfo(4, &slot), CKR_OK);
  EXPECT_EQ(slot.flags & CKF_TOKEN_PRESENT, 0U);
  CK_TOKEN_INFO token;
  EXPECT_EQ(C_GetTokenInfo(4, &token), CKR_TOKEN_NOT_PRESENT);
  CK_SESSION_INFO info;
  EXPECT_EQ(C_GetSessionInfo(session, &info), CKR_DEVICE_REMOVED);
  CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
  EXPECT_EQ(C_SignInit(session, &mechanism, key), CKR_DEVICE_REMOVED);
  EXPECT_EQ(C_GetSessionInfo(other, &info), CKR_OK);
  EXPECT_EQ(C_CloseSession(session), CKR_OK);
}

TEST_F(SlotsTest, RenewedCertificateKeepsTheHandleOfTheKey) {
  const CK_SESSION_HANDLE session = open("p256");
  const CK_OBJECT_HANDLE key = private_key(session);
  const auto before = find_class(session, CKO_CERTIFICATE);
  auto signers = service().shown();
  signers[1].certificate = signers[2].certificate;
  service().show(signers);
  let_the_list_age();
  EXPECT_EQ(slots().size(), 4U);
  EXPECT_EQ(private_key(session), key);
  EXPECT_NE(find_class(session, CKO_CERTIFICATE), before);
}

TEST_F(SlotsTest, WeakHashesAreServedWhereThePolicyAllowsThem) {
  const std::vector<std::pair<const char*, CK_MECHANISM_TYPE>> weak = {
      {"rsa", CKM_SHA1_RSA_PKCS}, {"rsa", CKM_SHA1_RSA_PKCS_PSS}, {"p256", CKM_ECDSA_SHA1}};
  const auto served = [](const char* signer, CK_MECHANISM_TYPE type) {
    const CK_SLOT_ID slot = SoftwareService::slot(signer);
    std::vector<CK_MECHANISM_TYPE> list(64);
    CK_ULONG count = list.size();
    EXPECT_EQ(C_GetMechanismList(slot, list.data(), &count), CKR_OK);
    list.resize(count);
    CK_MECHANISM_INFO info;
    const bool known = C_GetMechanismInfo(slot, type, &info) == CKR_OK;
    EXPECT_EQ(known, std::ranges::count(list, type) == 1);
    return known;
  };
  for (const auto& [signer, type] : weak) EXPECT_FALSE(served(signer, type)) << type;
  auto signers = service().shown();
  for (SignerInfo& each : signers) each.weak_hashes = {Hash::sha1};
  service().show(signers);
  let_the_list_age();
  slots();
  for (const auto& [signer, type] : weak) EXPECT_TRUE(served(signer, type)) << type;
}

TEST_F(SlotsTest, SignerThatCannotBeShownIsLeftOutWithAWord) {
  auto signers = service().shown();
  signers[0].public_key = {1, 2, 3};
  service().show(signers);
  testing::internal::CaptureStderr();
  EXPECT_EQ(slots().size(), 3U);
  EXPECT_EQ(testing::internal::GetCapturedStderr().find("countersign: rsa: "), 0U);
}

TEST_F(SlotsTest, WaitingForEventsIsAnsweredAtOnce) {
  CK_SLOT_ID slot = 0;
  EXPECT_EQ(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr), CKR_NO_EVENT);
  EXPECT_EQ(C_WaitForSlotEvent(0, &slot, nullptr), CKR_FUNCTION_NOT_SUPPORTED);
  EXPECT_EQ(C_WaitForSlotEvent(CKF_DONT_BLOCK, nullptr, nullptr), CKR_ARGUMENTS_BAD);
}

}  // namespace
}  // namespace countersign::test
