// One end of a socket between the gateway and a token's worker process.
#pragma once

#include <chrono>
#include <cstddef>

#include "core/bytes.h"
#include "core/result.h"

namespace countersign::hsm {

enum class ChannelFailure {
  closed,    ///< the other end is gone
  late,      ///< nothing, or not all, by the deadline
  malformed  ///< a frame that is longer than any may be
};

/// Sends and receives frames (worker_wire.h), blocking. Owns its descriptor. After a failure it is
/// of no more use. Not thread-safe, but for shut().
class WorkerChannel {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr Deadline never = Deadline::max();

  /// Frames of more than `longest_received` bytes, header included, are refused.
  WorkerChannel(int descriptor, std::size_t longest_received);
  WorkerChannel(const WorkerChannel&) = delete;
  WorkerChannel& operator=(const WorkerChannel&) = delete;
  ~WorkerChannel();

  /// Sends a whole frame.
  tl::expected<void, ChannelFailure> send(ByteView frame, Deadline deadline);

  /// The next frame without its header; valid until the next call.
  tl::expected<ByteView, ChannelFailure> receive(Deadline deadline);

  /// Waits for something to receive. Error: `late` when nothing came, `closed` when nothing will.
  tl::expected<void, ChannelFailure> wait(Deadline deadline);

  /// Ends both directions, here and at the other end; who waits in receive() is woken. Thread-safe.
  void shut() const;

 private:
  tl::expected<void, ChannelFailure> ready(short events, Deadline deadline) const;
  tl::expected<void, ChannelFailure> fill(std::size_t size, Deadline deadline);

  const int descriptor_;
  const std::size_t longest_received_;
  Bytes buffer_;
  std::size_t used_ = 0;    ///< bytes of buffer_ that were handed out
  std::size_t filled_ = 0;  ///< bytes of buffer_ that were received
};

}  // namespace countersign::hsm
