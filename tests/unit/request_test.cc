// The life of a request: exactly the transitions of the table, and time.
#include "policy/model/request.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

namespace countersign {
namespace {

constexpr RequestState all_states[] = {
    RequestState::pending,  RequestState::active,    RequestState::used_up,
    RequestState::expired,  RequestState::revoked,   RequestState::superseded,
    RequestState::rejected, RequestState::cancelled, RequestState::stale};
constexpr RequestAction all_actions[] = {
    RequestAction::file,         RequestAction::preapprove, RequestAction::break_glass,
    RequestAction::approve_last, RequestAction::reject,     RequestAction::cancel,
    RequestAction::end,          RequestAction::revoke,     RequestAction::take_last,
    RequestAction::give_back,    RequestAction::new_policy, RequestAction::lose_people,
    RequestAction::time_out,     RequestAction::recover};

TEST(RequestLife, WhatHasEndedStaysEnded) {
  const std::set<std::pair<RequestState, RequestAction>> open{
      {RequestState::pending, RequestAction::approve_last},
      {RequestState::pending, RequestAction::reject},
      {RequestState::pending, RequestAction::cancel},
      {RequestState::pending, RequestAction::end},
      {RequestState::pending, RequestAction::new_policy},
      {RequestState::pending, RequestAction::lose_people},
      {RequestState::pending, RequestAction::time_out},
      {RequestState::pending, RequestAction::recover},
      {RequestState::active, RequestAction::take_last},
      {RequestState::active, RequestAction::give_back},
      {RequestState::active, RequestAction::revoke},
      {RequestState::active, RequestAction::new_policy},
      {RequestState::active, RequestAction::lose_people},
      {RequestState::active, RequestAction::time_out},
      {RequestState::active, RequestAction::recover},
      {RequestState::used_up, RequestAction::give_back}};
  for (const RequestState state : all_states)
    for (const RequestAction action : all_actions)
      EXPECT_EQ(next_state(state, action).has_value(), open.contains({state, action}))
          << to_text(state) << " " << static_cast<int>(action);
}

TEST(RequestLife, EachActionIsSomebodys) {
  const std::map<RequestAction, RequestActor> by{
      {RequestAction::file, RequestActor::member},
      {RequestAction::preapprove, RequestActor::quorum},
      {RequestAction::break_glass, RequestActor::break_glass},
      {RequestAction::approve_last, RequestActor::approver},
      {RequestAction::reject, RequestActor::approver},
      {RequestAction::cancel, RequestActor::requester},
      {RequestAction::end, RequestActor::manager},
      {RequestAction::revoke, RequestActor::revoker},
      {RequestAction::take_last, RequestActor::beneficiary}};
  for (const RequestAction action : all_actions) {
    const auto known = by.find(action);
    EXPECT_EQ(actor_of(action), known == by.end() ? RequestActor::nobody : known->second)
        << static_cast<int>(action);
  }
}

TEST(RequestLife, ThreeWaysLeadIn) {
  EXPECT_EQ(first_state(RequestAction::file), RequestState::pending);
  EXPECT_EQ(first_state(RequestAction::preapprove), RequestState::active);
  EXPECT_EQ(first_state(RequestAction::break_glass), RequestState::active);
  EXPECT_FALSE(first_state(RequestAction::approve_last));
}

TEST(RequestLife, NamesReadBack) {
  for (const RequestState state : all_states)
    EXPECT_EQ(request_state_from_text(to_text(state)), state);
  EXPECT_FALSE(request_state_from_text("open"));
}

TEST(RequestLife, TimeEndsWhatIsOpen) {
  Request request;
  request.open_until = from_unix_ms(1000);
  EXPECT_EQ(state_at(request, from_unix_ms(999)), RequestState::pending);
  EXPECT_EQ(state_at(request, from_unix_ms(1000)), RequestState::expired);
  request.state = RequestState::active;
  request.active_until = from_unix_ms(5000);
  EXPECT_EQ(state_at(request, from_unix_ms(4999)), RequestState::active);
  EXPECT_EQ(state_at(request, from_unix_ms(5000)), RequestState::expired);
  request.state = RequestState::used_up;
  EXPECT_EQ(state_at(request, from_unix_ms(9000)), RequestState::used_up);
}

}  // namespace
}  // namespace countersign
