// One answer of the Api as HTTP/1.1 has it.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/server/api.h"

namespace countersign::server {

using UnixSocket = boost::asio::local::stream_protocol::socket;

/// What tells `error`, without a time to come back.
ApiAnswer answer_of(int status, const Error& error);

/// The whole response (RFC 9112), which nobody is to store.
std::string message_of(const ApiAnswer& answer, bool keep_alive);

/// Sends what goes without waiting, and says how many bytes that were.
std::size_t send_at_once(UnixSocket& socket, std::string_view message);

}  // namespace countersign::server
