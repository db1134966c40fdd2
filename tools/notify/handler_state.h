// How far a handler has come, kept in files of the service's own folder.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "policy/model/ids.h"

namespace countersign::notify {

/// An event at or before the position that was not delivered yet.
struct WaitingEvent {
  RecordNumber record = -1;                         ///< -1: time's doing, told by the next two
  std::string name = {};                            ///< of an event in no log
  std::int64_t round = 0;                           ///< which reminder
  std::optional<RequestId> request = std::nullopt;  ///< later events of it wait behind this one
  std::int64_t tries = 0;                           ///< that failed
  Time next = {};                                   ///< when it is tried again
};

struct HandlerState {
  RecordNumber position = -1;         ///< every event up to here is delivered, dead or waiting
  std::vector<WaitingEvent> waiting;  ///< oldest first
  std::int64_t failures = 0;          ///< tries that failed since one was good
  std::string last_error;             ///< of the last of these
  /// The requests that were pending when it was looked last, with the reminders of each so far.
  std::map<RequestId, std::int64_t> pending;
};

/// An event that was given up.
struct DeadLetter {
  std::string id;
  std::string name;
  RecordNumber record = -1;
  std::optional<RequestId> request;
  std::int64_t round = 0;  ///< which reminder
  std::int64_t tries = 0;
  std::string error;
  std::string time;  ///< when it was given up
};

nlohmann::json to_json(const HandlerState& state);
nlohmann::json to_json(const DeadLetter& letter);

/// The state of the handler that has `name`; nothing when it has none yet. Errors: those of
/// read_trusted_file(), `bad_state`.
Result<std::optional<HandlerState>> load_state(const std::string& folder, const std::string& name);

/// Puts the state in the place of the one before it, whole and durable, or not at all. Error:
/// `file_unwritable`.
Status save_state(const std::string& folder, const std::string& name, const HandlerState& state);

/// Adds a dead letter, durably. The oldest go when there are megabytes of them. Error:
/// `file_unwritable`.
Status add_dead_letter(const std::string& folder, const std::string& name,
                       const DeadLetter& letter);

/// Takes a dead letter off the list, durably: it was told after all, or there is nothing to tell of
/// it any more. Beside the service, too, which only adds to the file. Error: `file_unwritable`.
Status settle_dead_letter(const std::string& folder, const std::string& name,
                          const std::string& id);

/// The dead letters of a handler that were not settled, oldest first. Errors: those of
/// read_trusted_file().
Result<std::vector<DeadLetter>> dead_letters(const std::string& folder, const std::string& name);

}  // namespace countersign::notify
