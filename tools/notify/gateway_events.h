// The events that the gateway has, read as any client of its API reads them.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "core/result.h"
#include "gateway/client/admin_service.h"
#include "tools/notify/event.h"
#include "tools/notify/handler_state.h"
#include "tools/notify/notify_config.h"

namespace countersign::notify {

/// Shared by the handlers, which mostly have come equally far: a page that one has fetched serves
/// all. Thread-safe. Errors: those of AdminService, `bad_answer`, `bad_record`.
class GatewayEvents {
 public:
  explicit GatewayEvents(AdminService& gateway) : gateway_(gateway) {}

  /// The events of the log after `position`, oldest first, some hundred at most. Asks the gateway
  /// twice a second at most for what is not there yet.
  Result<std::vector<Event>> after(RecordNumber position);

  /// The event of one record. Error besides: `record_gone`.
  Result<Event> at(RecordNumber number);

  /// The number of the log's last record, -1 for none. Forgets the page that was fetched: the log
  /// may be another since.
  Result<RecordNumber> last();

  /// Fills in the requests and the change that `event` is about, as they are now; those that the
  /// gateway does not show, or not in whole, make it `hidden`. Fails only when the gateway cannot
  /// be asked.
  Status look_up(Event& event);

  /// What is to be told of something that waits, with what it is about as it is now; nothing when
  /// there is nothing to tell any more.
  Result<std::optional<Event>> of(const WaitingEvent& waiting, Time now);

  /// All requests that wait for their approvers.
  Result<std::vector<EventRequest>> pending();

  /// One request; nothing when the gateway does not show it.
  Result<std::optional<EventRequest>> request(RequestId id);

 private:
  Result<EventChange> change(std::int64_t id);
  Result<std::vector<Event>> fetch(RecordNumber position, const char* limit);

  AdminService& gateway_;
  std::mutex mutex_;
  std::vector<Event> page_;  ///< what came after `before_`
  RecordNumber before_ = -2;
  std::chrono::steady_clock::time_point fetched_;
};

/// The gateway that `config` names, asked as the account of its token. Contacts nobody yet. Errors:
/// those of read_secret_file().
Result<std::unique_ptr<AdminService>> connect_gateway(const NotifyConfig& config);

}  // namespace countersign::notify
