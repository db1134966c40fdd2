// What handlers are told of: a record of the log, or what became of a request by time alone.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "policy/model/ids.h"

namespace countersign::notify {

/// A request that an event is about, as the gateway shows it at that moment.
struct EventRequest {
  RequestId id = 0;
  std::string signer;
  std::string requester;
  std::string beneficiary;  ///< who may sign by it; empty: the requester alone
  std::string state;
  std::string reason;
  std::string waits_for;               ///< name of the step it waits for; empty: none
  std::vector<std::string> approvers;  ///< whom that step names and who has not answered yet
  std::vector<std::string> delegates;  ///< who may answer it in the place of one of these
  Time created;
  bool was_active = false;
};

/// A change that an event is about and that waits or waited for consent, as the gateway shows it at
/// that moment.
struct EventChange {
  std::int64_t id = 0;
  std::string operation;
  std::string requester;
  std::string state;
  std::string effect;              ///< who would gain what, in words
  std::vector<std::string> asked;  ///< who may consent and has not answered yet
  bool whole = true;               ///< no part of it is hidden from us
};

/// Names and numbers are the gateway's; `data` and the facts hold text that people and processes
/// wrote, as they wrote it: whoever shows it escapes it.
struct Event {
  std::string id;            ///< the same each time this event is told, and no other's
  std::string name;          ///< e.g. "request.create": see event_names.h
  RecordNumber record = -1;  ///< number in the log; -1: time's doing, and in no log
  std::string time;          ///< RFC 3339
  std::string account;       ///< whose doing it is; empty: nobody's
  std::string signer;        ///< empty: none
  std::optional<RequestId> request;
  std::map<std::string, std::string> data;
  std::map<std::string, std::string> attested;
  std::map<std::string, std::string> claimed;
  std::vector<EventRequest> requests;  ///< the request, or those that the event ended
  std::optional<EventChange> change;   ///< that it is about
  bool hidden = false;                 ///< the gateway does not show one of them to us
};

/// The event of one of the records of `log.list`; `names` is what stands beside them. Of a record
/// that cannot be read only the fields beside its body are told. Error: `bad_record` when it has no
/// number.
Result<Event> event_of_record(const nlohmann::json& record, const nlohmann::json& names);

/// Whom the record itself names to be told: the accounts, groups and claims of its "tell".
std::vector<std::string> named_to_be_told(const Event& event);

/// The numbers of the requests that `event` is about.
std::vector<RequestId> requests_of(const Event& event);

/// The number of the change that `event` is about.
std::optional<std::int64_t> change_of(const Event& event);

/// The change of `change.show`. Error: `bad_answer`.
Result<EventChange> change_of_answer(const nlohmann::json& change);

/// One of the requests of `request.show` and `request.list`. Error: `bad_answer`.
Result<EventRequest> request_of_answer(const nlohmann::json& request);

/// What `countersign handler test` has a handler told.
Event test_event(Time now);

}  // namespace countersign::notify
