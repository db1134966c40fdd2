// The worker's side: a token library in a process of its own.
#pragma once

namespace countersign::hsm {

/// The descriptor by which a worker is told its token; one for each session comes behind it.
inline constexpr int first_worker_descriptor = 3;

/// Serves one token over inherited sockets, until the gateway closes them. Called once, by a
/// process that does nothing else. Returns its exit status: 0, or 1 when the other side said
/// something that no gateway of this version says.
int run_token_worker();

}  // namespace countersign::hsm
