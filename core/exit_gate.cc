#include "core/exit_gate.h"

#include <openssl/crypto.h>

#include <chrono>
#include <cstdlib>

#include "core/per_process.h"

namespace countersign {
namespace {

constexpr std::chrono::seconds longest_wait{10};
constexpr std::chrono::milliseconds between_looks{1};

constinit PerProcess<ExitGate> gates;

void at_exit() {
  if (ExitGate* const gate = gates.peek()) gate->shut();
}

}  // namespace

thread_local ExitGate::Passage* ExitGate::passage_of_this_thread_ = nullptr;

ExitGate& ExitGate::of_this_process() {
  return gates.get();
}

ExitGate::ExitGate(const ExitGate* /*inherited*/) {
  // Not only calls are at risk when it does: so is each thread that used it and ends just then.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

void ExitGate::watch() {
  of_this_process();
  std::atexit(at_exit);
}

bool ExitGate::turned_away() {
  return passage_of_this_thread_ != nullptr && !passage_of_this_thread_->granted();
}

void ExitGate::shut() {
  exiting_ = true;
  // A thread that exits from within a call does not wait for itself.
  const Passage* const own = passage_of_this_thread_;
  const int ours = own != nullptr && own->inside_ ? 1 : 0;
  const auto last = std::chrono::steady_clock::now() + longest_wait;
  while (inside_ > ours && std::chrono::steady_clock::now() < last)
    std::this_thread::sleep_for(between_looks);
}

ExitGate::Passage::Passage() : gate_(of_this_process()), outer_(passage_of_this_thread_) {
  if (outer_ != nullptr) return;
  passage_of_this_thread_ = this;
  inside_ = enter();
}

ExitGate::Passage::~Passage() {
  if (outer_ != nullptr) return;
  passage_of_this_thread_ = nullptr;
  if (inside_) leave();
}

/// First in, then the look: exit begins before it counts who is in.
bool ExitGate::Passage::enter() {
  ++gate_.inside_;
  if (!gate_.exiting_) return true;
  leave();
  return false;
}

void ExitGate::Passage::leave() {
  --gate_.inside_;
}

ExitGate::Away::Away() : passage_(passage_of_this_thread_) {
  if (passage_ == nullptr || !passage_->inside_) return;
  passage_->leave();
  passage_->inside_ = false;
}

ExitGate::Away::~Away() {
  if (passage_ != nullptr) passage_->inside_ = passage_->enter();
}

}  // namespace countersign
