#include "tools/notify/subscription.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/crypto.h"
#include "tools/notify/back_off.h"
#include "tools/notify/event_names.h"

namespace countersign::notify {
namespace {

/// What waits is bounded: beyond it the log itself waits.
constexpr std::size_t most_waiting = 1000;
constexpr Milliseconds between_looks_at_time{20'000};

std::uint64_t draw() {
  std::uint64_t number = 0;
  std::memcpy(&number, random_bytes(sizeof number).data(), sizeof number);
  return number;
}

/// A clock that was ahead, and was set back, delays nothing for longer than a wait can be.
bool is_due(const WaitingEvent& event, Time now) {
  return event.next <= now || event.next > now + longest_back_off;
}

/// "request.create of request 7 (event 12-ab…)", for the log.
std::string in_words(const Event& event) {
  std::string words = event.name;
  if (event.request) words += " of request " + std::to_string(*event.request);
  return words + " (event " + event.id + ")";
}

}  // namespace

Result<Subscription> Subscription::open(const HandlerConfig& handler, const std::string& folder,
                                        const Surroundings& around) {
  auto state = load_state(folder, handler.name);
  if (!state) return fail(state.error());
  return Subscription(handler, folder, around, *state);
}

Subscription::Subscription(const HandlerConfig& handler, std::string folder,
                           const Surroundings& around, const std::optional<HandlerState>& state)
    : handler_(handler),
      folder_(std::move(folder)),
      around_(around),
      state_(state.value_or(HandlerState{})),
      is_new_(!state) {}

Status Subscription::round(const std::stop_token& stop) {
  if (auto good = check_position(); !good) return good;
  if (auto good = look_at_time(); !good) return good;
  if (auto good = retry(stop); !good) return good;
  return take_new(stop);
}

/// A store that was restored has fewer records than were told of.
Status Subscription::check_position() {
  if (position_checked_) return {};
  const auto last = around_.gateway.last();
  if (!last) return fail(last.error());
  if (is_new_ || state_.position > *last) {
    if (!is_new_)
      around_.log.write(Severity::warning,
                        "handler " + handler_.name + ": the log ends before record " +
                            std::to_string(state_.position) + ", which it had come to; it goes on" +
                            " behind record " + std::to_string(*last));
    state_.position = *last;
    std::erase_if(state_.waiting, [&](const WaitingEvent& each) { return each.record > *last; });
    if (auto saved = save(); !saved) return saved;
    is_new_ = false;
  }
  position_checked_ = true;
  return {};
}

bool Subscription::wanted(const Event& event) const {
  return wants(handler_.events, event.name) && concerns(event.signer);
}

bool Subscription::concerns(const std::string& signer) const {
  return handler_.signers.empty() ||
         std::ranges::find(handler_.signers, signer) != handler_.signers.end();
}

bool Subscription::is_held_back(const std::optional<RequestId>& request) const {
  return request && std::ranges::any_of(state_.waiting, [&](const WaitingEvent& each) {
           return each.request == request;
         });
}

Status Subscription::take_new(const std::stop_token& stop) {
  if (state_.waiting.size() >= most_waiting) return {};
  auto events = around_.gateway.after(state_.position);
  if (!events) return fail(events.error());
  for (Event& each : *events) {
    if (stop.stop_requested() || state_.waiting.size() >= most_waiting) return {};
    if (!wanted(each)) {
      state_.position = each.record;
      continue;
    }
    if (auto taken = take(std::move(each), stop); !taken) return taken;
  }
  return events->empty() ? Status() : save();
}

Status Subscription::take(Event event, const std::stop_token& stop) {
  WaitingEvent waiting{
      .record = event.record, .request = event.request, .next = around_.clock.now()};
  if (is_held_back(event.request)) {
    state_.position = event.record;
    state_.waiting.push_back(waiting);
    return save();
  }
  if (auto known = around_.gateway.look_up(event); !known) return known;
  const auto told = around_.delivery.deliver(event, stop);
  if (!told && stop.stop_requested()) return {};
  if (told) {
    succeeded();
  } else {
    const auto given_up = failed(waiting, event, told.error());
    if (!given_up) return fail(given_up.error());
    if (!*given_up) state_.waiting.push_back(waiting);
  }
  state_.position = event.record;
  return save();
}

Status Subscription::retry(const std::stop_token& stop) {
  std::set<RequestId> blocked;
  for (std::size_t i = 0; i < state_.waiting.size();) {
    const WaitingEvent each = state_.waiting[i];
    const bool behind = each.request && blocked.contains(*each.request);
    if (stop.stop_requested()) return {};
    if (!behind && is_due(each, around_.clock.now())) {
      const std::size_t before = state_.waiting.size();
      if (auto tried = retry_one(i, stop); !tried) return tried;
      if (state_.waiting.size() < before) continue;
    }
    if (each.request) blocked.insert(*each.request);
    ++i;
  }
  return {};
}

/// Tells the event in that place again; it stays there when that fails and it is not given up.
Status Subscription::retry_one(std::size_t index, const std::stop_token& stop) {
  WaitingEvent& waiting = state_.waiting[index];
  const auto event = around_.gateway.of(waiting, around_.clock.now());
  if (!event) return fail(event.error());
  const auto told = *event ? around_.delivery.deliver(**event, stop) : Status();
  if (!told && stop.stop_requested()) return {};
  if (told) {
    succeeded();
  } else {
    const auto given_up = failed(waiting, **event, told.error());
    if (!given_up) return fail(given_up.error());
    if (!*given_up) return save();
  }
  state_.waiting.erase(state_.waiting.begin() + static_cast<std::ptrdiff_t>(index));
  return save();
}

/// One more try of `event` failed. True when it was the last: then it is a dead letter.
Result<bool> Subscription::failed(WaitingEvent& event, const Event& told, const Error& error) {
  if (state_.failures++ == 0)
    around_.log.write(Severity::warning, "handler " + handler_.name + " fails: " + error.text());
  state_.last_error = error.text();
  event.next = around_.clock.now() + back_off(++event.tries, draw());
  if (event.tries < handler_.tries) return false;
  around_.log.write(Severity::error, "handler " + handler_.name + " gave up " + in_words(told) +
                                         " after " + std::to_string(event.tries) +
                                         " tries: " + error.text());
  const DeadLetter letter{told.id,     told.name,   told.record,  told.request,
                          event.round, event.tries, error.text(), to_rfc3339(around_.clock.now())};
  if (auto kept = add_dead_letter(folder_, handler_.name, letter); !kept) return fail(kept.error());
  return true;
}

void Subscription::succeeded() {
  if (state_.failures != 0)
    around_.log.write(Severity::info, "handler " + handler_.name + " works again");
  state_.failures = 0;
  state_.last_error.clear();
}

/// Reminders, and the requests that nobody answered in time: the log does not tell of these.
Status Subscription::look_at_time() {
  const bool reminds = handler_.remind_after.count() > 0;
  const Time now = around_.clock.now();
  const Milliseconds between =
      reminds ? std::min(handler_.remind_after, between_looks_at_time) : between_looks_at_time;
  if ((!reminds && !wants(handler_.events, expired_name)) || now < looked_at_time_ + between ||
      state_.waiting.size() >= most_waiting)
    return {};
  const auto pending = around_.gateway.pending();
  if (!pending) return fail(pending.error());
  std::set<RequestId> still;
  for (const EventRequest& each : *pending) {
    if (!concerns(each.signer)) continue;
    still.insert(each.id);
    std::int64_t& reminded = state_.pending[each.id];
    const std::int64_t due = reminds ? (now - each.created) / handler_.remind_after : 0;
    if (due <= reminded || is_held_back(each.id)) continue;
    reminded = due;
    state_.waiting.push_back(
        {.name = std::string(waiting_name), .round = due, .request = each.id, .next = now});
  }
  if (auto noted = note_ended(still); !noted) return noted;
  looked_at_time_ = now;
  return save();
}

/// Of what waited at the last look and does not any more, the log tells of all but what ran out.
Status Subscription::note_ended(const std::set<RequestId>& pending) {
  for (auto each = state_.pending.begin(); each != state_.pending.end();) {
    if (pending.contains(each->first)) {
      ++each;
      continue;
    }
    const auto request = around_.gateway.request(each->first);
    if (!request) return fail(request.error());
    if (*request && (*request)->state == "expired" && !(*request)->was_active &&
        wants(handler_.events, expired_name))
      state_.waiting.push_back(
          {.name = std::string(expired_name), .request = each->first, .next = around_.clock.now()});
    each = state_.pending.erase(each);
  }
  return {};
}

Status Subscription::save() {
  return save_state(folder_, handler_.name, state_);
}

}  // namespace countersign::notify
