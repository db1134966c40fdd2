#include "hsm-backends/worker_keeper.h"

#include <algorithm>
#include <utility>

#include "core/duration.h"
#include "core/text.h"

namespace countersign::hsm {
namespace {

constexpr Milliseconds first_pause(100);
constexpr Milliseconds longest_pause = std::chrono::seconds(30);
/// How often a token that its worker does not reach is tried again.
constexpr std::chrono::seconds reach_again(5);
/// How long a worker may take to end by itself.
constexpr std::chrono::seconds farewell(5);

tl::unexpected<SignFailure> not_signed(Error error) {
  return tl::unexpected(SignFailure{std::move(error), true});
}

/// What a library wrote over its worker's memory may speak for it: nothing of it reaches a
/// terminal.
Error printable_error(Error error) {
  error.message = printable(error.message);
  error.remedy = printable(error.remedy);
  return error;
}

}  // namespace

WorkerKeeper::WorkerKeeper(TokenConfig config, std::string program, PinLock& lock, LogSink& log)
    : config_(std::move(config)),
      program_(std::move(program)),
      lock_(lock),
      log_(log),
      next_pause_(first_pause) {
  status_.name = config_.name;
  status_.library = config_.library;
  status_.message = "not reached yet";
  thread_ = std::thread([this] { run(); });
}

void WorkerKeeper::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard guard(mutex_);
    phase_ = Phase::stopping;
    // A PIN may be on its way to the token just now: that is waited for.
    if (worker_ && !reaching_) worker_->hang_up();
  }
  wake_.notify_all();
  changed_.notify_all();
  thread_.join();
}

tl::expected<Bytes, SignFailure> WorkerKeeper::call(const Bytes& request) {
  if (request.size() > worker_wire::longest_request)
    return not_signed({ErrorKind::invalid, "input_unsuitable",
                       "the input is longer than a token is ever given", ""});
  Worker worker;
  WorkerChannel* channel = nullptr;
  {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] {
      if (phase_ == Phase::up) channel = worker_->take();
      return channel != nullptr || phase_ == Phase::down || phase_ == Phase::stopping;
    });
    if (channel == nullptr) return not_signed(why_down_);
    worker = worker_;
  }
  auto answer = call_worker(*channel, request, config_, lock_);
  if (!answer) {
    lose(worker, answer.error());
    return tl::unexpected(SignFailure{lost_error(answer.error()), !answer.error().sent});
  }
  {
    const std::lock_guard guard(mutex_);
    worker->give_back(*channel);
    if (answer->result) next_pause_ = first_pause;
    note(worker, *answer);
  }
  changed_.notify_all();
  if (!answer->result) {
    SignFailure& failure = answer->result.error();
    failure.error = printable_error(std::move(failure.error));
  }
  return std::move(answer->result);
}

TokenStatus WorkerKeeper::status() const {
  const std::lock_guard guard(mutex_);
  return status_;
}

bool WorkerKeeper::ready() const {
  const std::lock_guard guard(mutex_);
  return status_.state == TokenState::ready;
}

void WorkerKeeper::start_now() {
  std::unique_lock guard(mutex_);
  if (phase_ != Phase::down) return;
  hurry_ = true;
  wake_.notify_all();
  // One that is under way may have met what has been mended since.
  changed_.wait(guard,
                [this, before = begun_] { return settled_ > before || phase_ != Phase::down; });
}

void WorkerKeeper::run() {
  do {
    {
      const std::lock_guard guard(mutex_);
      ++begun_;
    }
    auto worker = WorkerProcess::start(program_, config_);
    if (!worker) {
      const std::lock_guard guard(mutex_);
      down(worker.error().text());
      log_.write(Severity::warning, why_down_.message);
      continue;
    }
    {
      const std::lock_guard guard(mutex_);
      worker_ = *worker;
      blame_.reset();
      status_number_ = 0;
      if (phase_ == Phase::stopping) worker_->hang_up();
    }
    keep(*worker);
    end(*worker);
  } while (pause());
}

/// Has the worker reach the token, now and whenever it has lost it, until the worker is gone.
void WorkerKeeper::keep(const Worker& worker) {
  while (true) {
    reach(worker);
    while (true) {
      const auto due = std::chrono::steady_clock::now() + reach_again;
      const auto something = worker->control().wait(due);
      // Nothing comes unasked: a worker that speaks has lost the thread.
      if (something || something.error() != ChannelFailure::late) return;
      const std::lock_guard guard(mutex_);
      if (status_.state == TokenState::down) break;
    }
  }
}

void WorkerKeeper::reach(const Worker& worker) {
  {
    const std::lock_guard guard(mutex_);
    if (phase_ == Phase::stopping) return;
    reaching_ = true;
  }
  const auto answer = call_worker(worker->control(), worker_wire::encode_connect(), config_, lock_);
  if (!answer) lose(worker, answer.error());
  const std::lock_guard guard(mutex_);
  reaching_ = false;
  if (phase_ == Phase::stopping) worker->hang_up();
  if (!answer || worker != worker_) return;
  note(worker, *answer);
  if (phase_ == Phase::down)
    log_.write(Severity::info, "token " + config_.name + ": its worker process runs again");
  if (phase_ != Phase::stopping) phase_ = Phase::up;
  settled_ = begun_;
  changed_.notify_all();
}

/// Waits before the next start. False when there is none to come.
bool WorkerKeeper::pause() {
  std::unique_lock guard(mutex_);
  settled_ = begun_;
  changed_.notify_all();
  wake_.wait_for(guard, next_pause_, [this] { return hurry_ || phase_ == Phase::stopping; });
  hurry_ = false;
  next_pause_ = std::min(2 * next_pause_, longest_pause);
  return phase_ != Phase::stopping;
}

/// Sees a worker off that ended, is of no more use, or is not needed any more.
void WorkerKeeper::end(const Worker& worker) {
  bool stopping = false;
  {
    const std::lock_guard guard(mutex_);
    stopping = phase_ == Phase::stopping;
    worker_.reset();  // from here on nobody kills it but this thread
    if (!stopping) down(blame_.value_or("its worker process ended"));
  }
  if (stopping && worker->wait_until(std::chrono::steady_clock::now() + farewell)) return;
  worker->kill();
  const int status = worker->wait();
  if (stopping) return;
  const std::lock_guard guard(mutex_);
  if (!blame_) down("its worker process " + ending_in_words(status));
  log_.write(Severity::warning, why_down_.message + "; another one is started in " +
                                    std::to_string(next_pause_.count()) + " ms");
}

void WorkerKeeper::note(const Worker& worker, const worker_wire::Answer& answer) {
  if (worker != worker_ || !answer.status || answer.status_number <= status_number_) return;
  status_number_ = answer.status_number;
  status_.label = printable(answer.status->label);
  status_.serial = printable(answer.status->serial);
  status_.state = answer.status->state;
  status_.message = printable(answer.status->message);
}

/// Gives a worker up whose call was lost: it is in an unknown state, or gone.
void WorkerKeeper::lose(const Worker& worker, const LostCall& call) {
  const std::lock_guard guard(mutex_);
  if (worker != worker_ || phase_ == Phase::stopping) return;
  if (call.how == ChannelFailure::late)
    blame_ = "its library did not answer within " + to_text(config_.deadline);
  if (call.how == ChannelFailure::malformed)
    blame_ = "its worker process answered what no worker answers";
  down(blame_.value_or("its worker process ended"));
  worker_->kill();
}

void WorkerKeeper::down(const std::string& why) {
  why_down_ = {ErrorKind::unavailable, "token_down", "token " + config_.name + ": " + why,
               "it is started again by itself; if this goes on, see the log of the gateway and of "
               "the token"};
  status_.state = TokenState::down;
  status_.message = why_down_.text();
  if (phase_ != Phase::stopping) phase_ = Phase::down;
  changed_.notify_all();
}

Error WorkerKeeper::lost_error(const LostCall& call) const {
  const std::string token = "token " + config_.name + ": ";
  const std::string remedy = "see the log of the token; its state: countersign hsm list";
  if (!call.sent)
    return {ErrorKind::unavailable, "token_down", token + "its worker process takes no call",
            remedy};
  const std::string why =
      call.how == ChannelFailure::late ? "no answer within " + to_text(config_.deadline)
      : call.how == ChannelFailure::closed
          ? std::string("the worker process ended before it answered, or another call ended it")
          : std::string("the worker process answered what no worker answers");
  return {ErrorKind::unavailable, "token_failed", token + why, remedy};
}

}  // namespace countersign::hsm
