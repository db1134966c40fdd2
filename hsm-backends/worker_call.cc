#include "hsm-backends/worker_call.h"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

namespace countersign::hsm {
namespace {

using namespace worker_wire;

PinReply reply_of(const Status& status) {
  if (status) return {};
  return {false, status.error()};
}

/// Answers the worker's questions; notes whether the PIN is at risk.
class PinDesk {
 public:
  PinDesk(const std::string& token_name, PinLock& lock) : name_(token_name), lock_(lock) {}

  /// What to send back; nothing when nothing is waited for.
  std::optional<PinReply> operator()(const PinQuestion&) const {
    return PinReply{lock_.locked(name_), std::nullopt};
  }
  std::optional<PinReply> operator()(const PinTried&) {
    tried_ = true;
    return std::nullopt;
  }
  std::optional<PinReply> operator()(const PinAnswered&) {
    tried_ = false;
    return std::nullopt;
  }
  std::optional<PinReply> operator()(const PinRefused& refused) const {
    return reply_of(lock_.lock(name_, refused.reason));
  }
  std::optional<PinReply> operator()(const PinAccepted&) const {
    return reply_of(lock_.unlock(name_));
  }
  std::optional<PinReply> operator()(const Answer&) const { return std::nullopt; }

  void call_lost() const {
    if (!tried_) return;
    // A lock that cannot be written down holds in memory, and the store's failure is logged there.
    (void)lock_.lock(name_, "token " + name_ +
                                ": the PIN was given to its library, which was not heard of again");
  }

 private:
  const std::string& name_;
  PinLock& lock_;
  bool tried_ = false;
};

}  // namespace

tl::expected<Answer, LostCall> call_worker(WorkerChannel& channel, ByteView request,
                                           const TokenConfig& config, PinLock& lock) {
  const auto deadline = std::chrono::steady_clock::now() + config.deadline;
  if (const auto sent = channel.send(request, deadline); !sent)
    return tl::unexpected(LostCall{sent.error(), false});
  PinDesk desk(config.name, lock);
  const auto lost = [&desk](ChannelFailure how) {
    desk.call_lost();
    return tl::unexpected(LostCall{how, true});
  };
  while (true) {
    const auto body = channel.receive(deadline);
    if (!body) return lost(body.error());
    auto report = decode_report(*body);
    if (!report) return lost(ChannelFailure::malformed);
    if (auto* const answer = std::get_if<Answer>(&*report)) return std::move(*answer);
    if (const auto reply = std::visit(desk, *report))
      if (const auto sent = channel.send(encode_pin_reply(*reply), deadline); !sent)
        return lost(sent.error());
  }
}

}  // namespace countersign::hsm
