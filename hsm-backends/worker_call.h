// One call to a token's worker.
#pragma once

#include "core/bytes.h"
#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"
#include "hsm-backends/worker_channel.h"
#include "hsm-backends/worker_wire.h"

namespace countersign::hsm {

/// A call that was not answered; the channel is of no more use.
struct LostCall {
  ChannelFailure how;
  bool sent = false;  ///< the worker may have got the whole of it
};

/// Sends `request` and waits for its answer, `config.deadline` at most, while the worker's
/// questions about the PIN are answered from `lock`. A PIN that went to the token in a call that is
/// lost may have cost an attempt: it is locked before this returns.
tl::expected<worker_wire::Answer, LostCall> call_worker(WorkerChannel& channel, ByteView request,
                                                        const TokenConfig& config, PinLock& lock);

}  // namespace countersign::hsm
