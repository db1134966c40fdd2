// Who is at the other end of a Unix socket, as the kernel says.
#pragma once

#include <cstdint>
#include <optional>

#include "core/result.h"
#include "gateway/server/api.h"

namespace countersign::server {

/// The process that connected to `descriptor`, as it was when it connected (SO_PEERCRED,
/// SO_PEERGROUPS; unix(7)). Nothing when the kernel does not say.
std::optional<Peer> peer_of(int descriptor);

/// The running process, for whom nobody else has to be asked: the user who runs it, whatever rights
/// the program has besides. Errors: `unknown_user` (the overflow uid).
Result<Peer> peer_of_this_process();

/// The error for a peer who has the overflow uid.
Error unknown_user();

/// The uid under which the kernel shows users that have no number in this user namespace
/// (user_namespaces(7)): many people behind one number, so nobody in particular.
std::uint32_t overflow_uid();

}  // namespace countersign::server
