#include "hsm-backends/token_worker.h"

#include <fcntl.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "hsm-backends/pkcs11_token.h"
#include "hsm-backends/worker_channel.h"
#include "hsm-backends/worker_pin_lock.h"
#include "hsm-backends/worker_wire.h"

namespace countersign::hsm {
namespace {

using namespace worker_wire;

/// So many pinned keys are remembered by one thread; a gateway has far fewer signers on one token.
constexpr std::size_t most_keys_known = 4096;

tl::unexpected<SignFailure> failed(Error error) {
  return tl::unexpected(SignFailure{std::move(error), true});
}

tl::expected<Bytes, SignFailure> as_result(const Status& status) {
  if (!status) return failed(status.error());
  return Bytes();
}

/// The status of the token as the gateway is told it: numbered, so that of two answers on two
/// connections the later one counts. Thread-safe.
class StatusBook {
 public:
  explicit StatusBook(const Token& token) : token_(token) {}

  struct Entry {
    std::uint64_t number;
    TokenStatus status;
  };
  Entry now() {
    const std::lock_guard guard(mutex_);
    TokenStatus status = token_.status();
    if (number_ == 0 || status != last_) {
      last_ = std::move(status);
      ++number_;
    }
    return {number_, last_};
  }

 private:
  const Token& token_;
  std::mutex mutex_;
  TokenStatus last_;
  std::uint64_t number_ = 0;
};

/// Answers the requests of one connection, one after the other.
class Service {
 public:
  Service(WorkerChannel& channel, Token& token, StatusBook& book)
      : channel_(channel), token_(token), book_(book) {}

  /// Until the gateway closes the connection. False when it sent nonsense.
  bool serve() {
    const WorkerPinLock::Asking asking(channel_);
    while (const auto body = channel_.receive(WorkerChannel::never)) {
      const auto request = decode_request(*body);
      if (!request) return false;
      Answer answer;
      answer.result = std::visit(*this, *request);
      auto [number, status] = book_.now();
      answer.status_number = number;
      if (number != told_) answer.status = std::move(status);
      told_ = number;
      if (!channel_.send(encode_report(answer), WorkerChannel::never)) return true;
    }
    return true;
  }

  tl::expected<Bytes, SignFailure> operator()(const Start&) {
    return failed({ErrorKind::internal, "bad_request", "the worker runs already", ""});
  }
  tl::expected<Bytes, SignFailure> operator()(const Connect&) {
    return as_result(token_.connect());
  }
  tl::expected<Bytes, SignFailure> operator()(const Retry&) { return as_result(token_.retry()); }
  tl::expected<Bytes, SignFailure> operator()(const Renew&) {
    token_.renew();
    return Bytes();
  }
  tl::expected<Bytes, SignFailure> operator()(const FindKey& wanted) {
    auto key = token_.find_key(wanted.uri);
    if (!key) return failed(std::move(key.error()));
    return key->der();
  }
  tl::expected<Bytes, SignFailure> operator()(const Sign& wanted) {
    const auto pinned = known(wanted.pinned);
    if (!pinned) return failed(pinned.error());
    return token_.sign({wanted.uri, *pinned}, wanted.input);
  }

 private:
  /// Reading a key takes as long as an ECDSA signature does, so it is done once.
  Result<PublicKey> known(const Bytes& der) {
    const auto found = known_.find(der);
    if (found != known_.end()) return found->second;
    auto key = PublicKey::from_der(der);
    if (!key) return key;
    if (known_.size() >= most_keys_known) known_.clear();
    known_.emplace(der, *key);
    return key;
  }

  WorkerChannel& channel_;
  Token& token_;
  StatusBook& book_;
  std::uint64_t told_ = 0;
  std::map<Bytes, PublicKey> known_;
};

/// A connection to the gateway that no program which the token library starts inherits.
std::unique_ptr<WorkerChannel> inherited(int descriptor) {
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return std::make_unique<WorkerChannel>(descriptor, longest_request);
}

}  // namespace

int run_token_worker() {
  const auto control = inherited(first_worker_descriptor);
  const auto first = control->receive(WorkerChannel::never);
  if (!first) return first.error() == ChannelFailure::closed ? 0 : 1;
  const auto request = decode_request(*first);
  const auto* const start = request ? std::get_if<Start>(&*request) : nullptr;
  if (start == nullptr) return 1;

  WorkerPinLock lock;
  Pkcs11Token token(start->config, lock);
  StatusBook book(token);
  std::atomic<bool> understood = true;
  std::vector<std::unique_ptr<WorkerChannel>> channels;
  std::vector<std::thread> threads;
  const auto serve = [&](WorkerChannel& channel) {
    if (!Service(channel, token, book).serve()) understood = false;
    channel.shut();
  };
  for (unsigned session = 0; session < start->config.sessions; ++session)
    channels.push_back(inherited(first_worker_descriptor + 1 + static_cast<int>(session)));
  for (const auto& each : channels) threads.emplace_back([&serve, &each] { serve(*each); });
  serve(*control);
  for (std::thread& each : threads) each.join();
  return understood ? 0 : 1;
}

}  // namespace countersign::hsm
