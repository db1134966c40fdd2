// Places shared among users, and tokens guessed one after the other.
#include "gateway/server/fair_share.h"

#include <gtest/gtest.h>

#include <vector>

#include "gateway/server/wrong_tokens.h"

namespace countersign::server {
namespace {

std::size_t take_all(FairShare& share, std::uint32_t user, std::vector<FairShare::Place>& places) {
  std::size_t taken = 0;
  while (auto place = share.take(user)) {
    places.push_back(std::move(*place));
    ++taken;
  }
  return taken;
}

TEST(FairShareTest, OneGreedyUserGetsHalf) {
  FairShare share(100);
  std::vector<FairShare::Place> places;
  EXPECT_EQ(take_all(share, 1, places), 50U);
  EXPECT_TRUE(share.take(2));
}

TEST(FairShareTest, ManyGreedyUsersLeaveSomeForTheNext) {
  FairShare share(1000);
  std::vector<FairShare::Place> places;
  for (std::uint32_t user = 1; user <= 8; ++user) take_all(share, user, places);
  EXPECT_GE(take_all(share, 9, places), 1U);
}

TEST(FairShareTest, WhatIsGivenBackCanBeTakenAgain) {
  FairShare share(4);
  std::vector<FairShare::Place> places;
  EXPECT_EQ(take_all(share, 1, places), 2U);
  EXPECT_FALSE(share.take(1));
  places.pop_back();
  EXPECT_TRUE(share.take(1));
}

TEST(WrongTokensTest, EachMakesTheNextOneWaitLonger) {
  WrongTokens wrong;
  const WrongTokens::Clock::time_point start{};
  EXPECT_EQ(wrong.note(1, start), WrongTokens::first_wait);
  EXPECT_EQ(wrong.note(1, start), 2 * WrongTokens::first_wait);
  Milliseconds last{0};
  for (int i = 0; i < 20; ++i) last = wrong.note(1, start);
  EXPECT_EQ(last, WrongTokens::longest_wait);
}

TEST(WrongTokensTest, NobodyElseWaitsAndItIsForgottenInTime) {
  WrongTokens wrong;
  const WrongTokens::Clock::time_point start{};
  for (int i = 0; i < 20; ++i) wrong.note(1, start);
  EXPECT_EQ(wrong.note(2, start), WrongTokens::first_wait);
  const auto later = start + WrongTokens::memory + std::chrono::seconds(1);
  EXPECT_EQ(wrong.note(1, later), WrongTokens::first_wait);
}

}  // namespace
}  // namespace countersign::server
