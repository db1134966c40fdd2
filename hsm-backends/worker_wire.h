// What the gateway and the worker process of a token say to each other.
//
// Each frame is a length (4 bytes, big-endian) and so many bytes: one for its kind, then its
// fields. The gateway sends a request; the worker may ask about the PIN's lock, and answers.
// Nothing here holds a PIN. The decoders are pure, bounded by the bytes they are given, and take
// only what was written in the one way there is, to the last byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/bytes.h"
#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"

namespace countersign::hsm::worker_wire {

/// Bytes of the length in front of each frame.
inline constexpr std::size_t frame_header = 4;
/// Most bytes of a frame to the worker, header included: an Ed25519 message and what goes with it.
inline constexpr std::size_t longest_request = longest_message + (std::size_t{64} << 10);
/// Most bytes of a frame from the worker.
inline constexpr std::size_t longest_report = std::size_t{64} << 10;

/// The size of the whole frame that begins with these `frame_header` bytes.
std::size_t frame_size(ByteView header);

// To the worker. The first frame it ever gets is Start.

struct Start {
  TokenConfig config;
};
struct Connect {};
struct FindKey {
  std::string uri;
};
struct Sign {
  std::string uri;
  Bytes pinned;  ///< DER SubjectPublicKeyInfo
  SigningInput input;
};
struct Retry {};
struct Renew {};
using Request = std::variant<Start, Connect, FindKey, Sign, Retry, Renew>;

Bytes encode_start(const TokenConfig& config);
Bytes encode_connect();
Bytes encode_find_key(const std::string& uri);
Bytes encode_sign(const KeyReference& key, const SigningInput& input);
Bytes encode_retry();
Bytes encode_renew();
/// `body` is a frame without its header.
std::optional<Request> decode_request(ByteView body);

// From the worker, while it works on a request.

/// Whether the token's PIN is locked. Wants a PinReply.
struct PinQuestion {};
/// The PIN now goes to the token; the token has answered. Want no reply: an attempt counts if the
/// worker is not heard of again in between.
struct PinTried {};
struct PinAnswered {};
/// Lock it. Wants a PinReply.
struct PinRefused {
  std::string reason;
};
/// Unlock it. Wants a PinReply.
struct PinAccepted {};
struct Answer {
  std::uint64_t status_number = 0;    ///< grows with each change of the token's status
  std::optional<TokenStatus> status;  ///< when this connection has not told this one yet
  /// The signature, the key as DER SubjectPublicKeyInfo, or nothing.
  tl::expected<Bytes, SignFailure> result;
};
using Report = std::variant<PinQuestion, PinTried, PinAnswered, PinRefused, PinAccepted, Answer>;

Bytes encode_report(const Report& report);
std::optional<Report> decode_report(ByteView body);

// To the worker, for its questions.

struct PinReply {
  bool locked = false;
  std::optional<Error> error;  ///< why it could not be written down
};
Bytes encode_pin_reply(const PinReply& reply);
std::optional<PinReply> decode_pin_reply(ByteView body);

}  // namespace countersign::hsm::worker_wire
