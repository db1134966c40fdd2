#include "hsm-backends/worker_pin_lock.h"

#include <cstdlib>

namespace countersign::hsm {
namespace {

using worker_wire::PinReply;

thread_local WorkerChannel* connection = nullptr;

bool tell(const worker_wire::Report& report) {
  return connection != nullptr &&
         connection->send(worker_wire::encode_report(report), WorkerChannel::never).has_value();
}

PinReply ask(const worker_wire::Report& report) {
  if (tell(report))
    if (const auto body = connection->receive(WorkerChannel::never))
      if (auto reply = worker_wire::decode_pin_reply(*body)) return *std::move(reply);
  return {true, Error{ErrorKind::unavailable, "gateway_gone", "the gateway does not answer", ""}};
}

Status written_down(const worker_wire::Report& report) {
  auto reply = ask(report);
  if (reply.error) return fail(*std::move(reply.error));
  return {};
}

}  // namespace

WorkerPinLock::Asking::Asking(WorkerChannel& channel) {
  connection = &channel;
}

WorkerPinLock::Asking::~Asking() {
  connection = nullptr;
}

bool WorkerPinLock::locked(const std::string& /*token_name*/) const {
  return ask(worker_wire::PinQuestion{}).locked;
}

Status WorkerPinLock::lock(const std::string& /*token_name*/, const std::string& reason) {
  return written_down(worker_wire::PinRefused{reason});
}

Status WorkerPinLock::unlock(const std::string& /*token_name*/) {
  return written_down(worker_wire::PinAccepted{});
}

void WorkerPinLock::trying(const std::string& /*token_name*/) {
  // If this is not heard, nobody is there to hear of the attempt: nor is one made.
  if (!tell(worker_wire::PinTried{})) std::_Exit(1);
}

void WorkerPinLock::answered(const std::string& /*token_name*/) {
  (void)tell(worker_wire::PinAnswered{});  // whoever is gone has counted the attempt by now
}

}  // namespace countersign::hsm
