#include "policy/model/request.h"

#include <array>

namespace countersign {
namespace {

constexpr std::array<std::pair<RequestState, std::string_view>, 9> names{
    {{RequestState::pending, "pending"},
     {RequestState::active, "active"},
     {RequestState::used_up, "used_up"},
     {RequestState::expired, "expired"},
     {RequestState::revoked, "revoked"},
     {RequestState::superseded, "superseded"},
     {RequestState::rejected, "rejected"},
     {RequestState::cancelled, "cancelled"},
     {RequestState::stale, "stale"}}};

constexpr std::array<std::pair<RequestKind, std::string_view>, 3> kinds{
    {{RequestKind::use, "use"},
     {RequestKind::preapproval, "preapproval"},
     {RequestKind::break_glass, "break_glass"}}};

/// A way from one state to another; from none, a request is born.
struct Transition {
  std::optional<RequestState> from;
  RequestAction action;
  RequestActor by;
  RequestState to;
};

using State = RequestState;
using Action = RequestAction;
using Actor = RequestActor;

constexpr std::array<Transition, 19> transitions{
    {{std::nullopt, Action::file, Actor::member, State::pending},
     {std::nullopt, Action::preapprove, Actor::quorum, State::active},
     {std::nullopt, Action::break_glass, Actor::break_glass, State::active},
     {State::pending, Action::approve_last, Actor::approver, State::active},
     {State::pending, Action::reject, Actor::approver, State::rejected},
     {State::pending, Action::cancel, Actor::requester, State::cancelled},
     {State::pending, Action::end, Actor::manager, State::cancelled},
     {State::pending, Action::new_policy, Actor::nobody, State::stale},
     {State::pending, Action::lose_people, Actor::nobody, State::cancelled},
     {State::pending, Action::time_out, Actor::nobody, State::expired},
     {State::pending, Action::recover, Actor::nobody, State::stale},
     {State::active, Action::take_last, Actor::beneficiary, State::used_up},
     {State::active, Action::give_back, Actor::nobody, State::active},
     {State::active, Action::revoke, Actor::revoker, State::revoked},
     {State::active, Action::new_policy, Actor::nobody, State::superseded},
     {State::active, Action::lose_people, Actor::nobody, State::revoked},
     {State::active, Action::time_out, Actor::nobody, State::expired},
     {State::active, Action::recover, Actor::nobody, State::revoked},
     {State::used_up, Action::give_back, Actor::nobody, State::active}}};

}  // namespace

std::string_view to_text(RequestState state) {
  return names.at(static_cast<std::size_t>(state)).second;
}

std::optional<RequestState> request_state_from_text(std::string_view text) {
  for (const auto& [state, name] : names)
    if (name == text) return state;
  return std::nullopt;
}

std::string_view to_text(RequestKind kind) {
  return kinds.at(static_cast<std::size_t>(kind)).second;
}

std::optional<RequestKind> request_kind_from_text(std::string_view text) {
  for (const auto& [kind, name] : kinds)
    if (name == text) return kind;
  return std::nullopt;
}

std::optional<RequestState> next_state(RequestState state, RequestAction action) {
  for (const Transition& each : transitions)
    if (each.from == state && each.action == action) return each.to;
  return std::nullopt;
}

std::optional<RequestState> first_state(RequestAction action) {
  for (const Transition& each : transitions)
    if (!each.from && each.action == action) return each.to;
  return std::nullopt;
}

RequestActor actor_of(RequestAction action) {
  for (const Transition& each : transitions)
    if (each.action == action) return each.by;
  return RequestActor::nobody;
}

RequestState state_at(const Request& request, Time now) {
  const bool over = (request.state == RequestState::pending && now >= request.open_until) ||
                    (request.state == RequestState::active && request.active_until &&
                     now >= *request.active_until);
  return over ? *next_state(request.state, RequestAction::time_out) : request.state;
}

}  // namespace countersign
