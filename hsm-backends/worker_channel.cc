#include "hsm-backends/worker_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/clock.h"
#include "hsm-backends/worker_wire.h"

namespace countersign::hsm {
namespace {

/// Room for any frame but a long message, so that one call of recv() takes it whole.
constexpr std::size_t first_room = 4096;

tl::unexpected<ChannelFailure> failed(ChannelFailure how) {
  return tl::unexpected(how);
}

}  // namespace

WorkerChannel::WorkerChannel(int descriptor, std::size_t longest_received)
    : descriptor_(descriptor), longest_received_(longest_received), buffer_(first_room) {}

WorkerChannel::~WorkerChannel() {
  close(descriptor_);
}

tl::expected<void, ChannelFailure> WorkerChannel::ready(short events, Deadline deadline) const {
  while (true) {
    int patience = -1;
    if (deadline != never) {
      const auto left =
          std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return failed(ChannelFailure::late);
      patience = static_cast<int>(left.count());
    }
    pollfd waiting{descriptor_, events, 0};
    const int got = poll(&waiting, 1, patience);
    if (got > 0) return {};
    if (got < 0 && errno != EINTR) return failed(ChannelFailure::closed);
  }
}

tl::expected<void, ChannelFailure> WorkerChannel::send(ByteView frame, Deadline deadline) {
  while (!frame.empty()) {
    const ssize_t sent =
        ::send(descriptor_, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      frame = frame.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (auto writable = ready(POLLOUT, deadline); !writable) return writable;
    } else if (errno != EINTR) {
      return failed(ChannelFailure::closed);
    }
  }
  return {};
}

tl::expected<ByteView, ChannelFailure> WorkerChannel::receive(Deadline deadline) {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(used_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
  filled_ -= used_;
  used_ = 0;
  if (auto header = fill(worker_wire::frame_header, deadline); !header)
    return failed(header.error());
  const std::size_t size =
      worker_wire::frame_size(ByteView(buffer_).first(worker_wire::frame_header));
  if (size > longest_received_) return failed(ChannelFailure::malformed);
  if (auto whole = fill(size, deadline); !whole) return failed(whole.error());
  used_ = size;
  return ByteView(buffer_).subspan(worker_wire::frame_header, size - worker_wire::frame_header);
}

tl::expected<void, ChannelFailure> WorkerChannel::wait(Deadline deadline) {
  if (auto readable = ready(POLLIN, deadline); !readable) return readable;
  char first = 0;
  if (recv(descriptor_, &first, 1, MSG_PEEK | MSG_DONTWAIT) > 0) return {};
  return failed(ChannelFailure::closed);
}

/// Receives until the buffer begins with `size` bytes.
tl::expected<void, ChannelFailure> WorkerChannel::fill(std::size_t size, Deadline deadline) {
  if (buffer_.size() < size) buffer_.resize(size);
  while (filled_ < size) {
    if (deadline != never)
      if (auto readable = ready(POLLIN, deadline); !readable) return readable;
    const ssize_t got = recv(descriptor_, buffer_.data() + filled_, buffer_.size() - filled_, 0);
    if (got > 0)
      filled_ += static_cast<std::size_t>(got);
    else if (got == 0 || errno != EINTR)
      return failed(ChannelFailure::closed);
  }
  return {};
}

void WorkerChannel::shut() const {
  shutdown(descriptor_, SHUT_RDWR);
}

}  // namespace countersign::hsm
