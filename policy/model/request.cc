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

struct Transition {
  RequestState from;
  RequestAction action;
  RequestState to;
};

constexpr std::array<Transition, 13> transitions{
    {{RequestState::pending, RequestAction::approve_last, RequestState::active},
     {RequestState::pending, RequestAction::reject, RequestState::rejected},
     {RequestState::pending, RequestAction::cancel, RequestState::cancelled},
     {RequestState::pending, RequestAction::new_policy, RequestState::stale},
     {RequestState::pending, RequestAction::time_out, RequestState::expired},
     {RequestState::pending, RequestAction::recover, RequestState::stale},
     {RequestState::active, RequestAction::take_last, RequestState::used_up},
     {RequestState::active, RequestAction::give_back, RequestState::active},
     {RequestState::active, RequestAction::revoke, RequestState::revoked},
     {RequestState::active, RequestAction::new_policy, RequestState::superseded},
     {RequestState::active, RequestAction::time_out, RequestState::expired},
     {RequestState::active, RequestAction::recover, RequestState::revoked},
     {RequestState::used_up, RequestAction::give_back, RequestState::active}}};

}  // namespace

std::string_view to_text(RequestState state) {
  return names.at(static_cast<std::size_t>(state)).second;
}

std::optional<RequestState> request_state_from_text(std::string_view text) {
  for (const auto& [state, name] : names)
    if (name == text) return state;
  return std::nullopt;
}

std::optional<RequestState> next_state(RequestState state, RequestAction action) {
  for (const Transition& each : transitions)
    if (each.from == state && each.action == action) return each.to;
  return std::nullopt;
}

RequestState state_at(const Request& request, Time now) {
  const bool over = (request.state == RequestState::pending && now >= request.open_until) ||
                    (request.state == RequestState::active && request.active_until &&
                     now >= *request.active_until);
  return over ? *next_state(request.state, RequestAction::time_out) : request.state;
}

}  // namespace countersign
